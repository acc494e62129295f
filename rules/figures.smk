MODEL_SWEEP = f"{SHOWN.model}-{SHOWN.method}"
PLACE = {"dataset": SHOWN.dataset, "image": SHOWN.image}
FIGURES = {
    "rate_distortion": ("Rate-distortion", "Implicit and classical codecs"),
    "quantization_sweep": ("Quantization", "Quality and rate against bits"),
    "weights": ("Quantization", "Weights and their entropy model"),
    "fit_curves": ("Fitting", "Quality while fitting"),
    "film_strip": ("Fitting", "A picture becoming a function"),
    "reconstructions": ("Pictures", "Reconstructions and errors"),
    "costs": ("Costs", "Time and memory per stage"),
}
FIGURE_FILES = expand(f"{ROOT}/figures/{{figure}}.{{suffix}}", figure=FIGURES, suffix=["svg", "png"])


def figure_files(name):
    """A figure's SVG, which the report shows, and PNG."""
    category, what = FIGURES[name]
    svg = report(
        f"{ROOT}/figures/{name}.svg",
        caption=f"../report/{name}.rst",
        category=category,
        labels={"what": what},
    )
    return [svg, f"{ROOT}/figures/{name}.png"]


def at_shown(pattern):
    """The pattern at the picture that the close-up figures show."""
    return expand(pattern, **PLACE)


rule plot_rate_distortion:
    input:
        rules.collect.output.points,
    output:
        figure_files("rate_distortion"),
    log:
        f"{ROOT}/logs/plot_rate_distortion.log",
    benchmark:
        f"{ROOT}/benchmarks/plot_rate_distortion.tsv"
    localrule: True
    params:
        spec=spec("plot_rate_distortion", bits=SHOWN.bits, method=SHOWN.method, published=study.PUBLISHED_CURVES),
        stem=f"{ROOT}/figures/rate_distortion",
    message:
        "Plot rate-distortion"
    shell:
        script(
            "plot_rate_distortion",
            "--points {input} --stem {params.stem}",
        )


rule plot_quantization_sweep:
    input:
        rules.collect.output.points,
    output:
        figure_files("quantization_sweep"),
    log:
        f"{ROOT}/logs/plot_quantization_sweep.log",
    benchmark:
        f"{ROOT}/benchmarks/plot_quantization_sweep.tsv"
    localrule: True
    params:
        spec=spec("plot_quantization_sweep", model=SHOWN.model),
        stem=f"{ROOT}/figures/quantization_sweep",
    message:
        "Plot the quantization sweep"
    shell:
        script(
            "plot_quantization_sweep",
            "--points {input} --stem {params.stem}",
        )


rule plot_fit_curves:
    input:
        rules.collect.output.curves,
    output:
        figure_files("fit_curves"),
    log:
        f"{ROOT}/logs/plot_fit_curves.log",
    benchmark:
        f"{ROOT}/benchmarks/plot_fit_curves.tsv"
    localrule: True
    params:
        spec=spec("plot_fit_curves"),
        stem=f"{ROOT}/figures/fit_curves",
    message:
        "Plot the fits' curves"
    shell:
        script(
            "plot_fit_curves",
            "--curves {input} --stem {params.stem}",
        )


rule plot_reconstructions:
    input:
        points=rules.collect.output.points,
        original=at_shown(rules.picture.output),
        decoded=expand(rules.decode.output.pictures, sweep=SWEEPS, **PLACE),
    output:
        figure_files("reconstructions"),
    log:
        f"{ROOT}/logs/plot_reconstructions.log",
    benchmark:
        f"{ROOT}/benchmarks/plot_reconstructions.tsv"
    localrule: True
    params:
        spec=spec(
            "plot_reconstructions",
            codecs=study.reconstructed_codecs(STUDY, SHOWN),
            target_bpp=STUDY.figures.target_bpp,
            **PLACE,
        ),
        stem=f"{ROOT}/figures/reconstructions",
    message:
        "Plot reconstructions"
    shell:
        script(
            "plot_reconstructions",
            "--points {input.points} --original {input.original} --decoded {input.decoded} --stem {params.stem}",
        )


rule plot_weights:
    input:
        at_shown(sweep_files(MODEL_SWEEP)),
    output:
        figure_files("weights"),
    log:
        f"{ROOT}/logs/plot_weights.log",
    benchmark:
        f"{ROOT}/benchmarks/plot_weights.tsv"
    localrule: True
    params:
        spec=spec("plot_weights", bits=SHOWN.bits),
        stem=f"{ROOT}/figures/weights",
    message:
        "Plot the weights and their entropy model"
    shell:
        script(
            "plot_weights",
            "--files {input} --stem {params.stem}",
        )


rule plot_film_strip:
    input:
        film=expand(rules.fit.output.film, model=SHOWN.model, **PLACE),
        original=at_shown(rules.picture.output),
    output:
        figure_files("film_strip"),
    log:
        f"{ROOT}/logs/plot_film_strip.log",
    benchmark:
        f"{ROOT}/benchmarks/plot_film_strip.tsv"
    localrule: True
    params:
        spec=spec("plot_film_strip"),
        stem=f"{ROOT}/figures/film_strip",
    message:
        "Plot a picture becoming a function"
    shell:
        script(
            "plot_film_strip",
            "--film {input.film} --original {input.original} --stem {params.stem}",
        )


rule plot_costs:
    input:
        rules.collect.output.provenance,
    output:
        figure_files("costs"),
    log:
        f"{ROOT}/logs/plot_costs.log",
    benchmark:
        f"{ROOT}/benchmarks/plot_costs.tsv"
    localrule: True
    params:
        spec=spec("plot_costs"),
        stem=f"{ROOT}/figures/costs",
    message:
        "Plot what each stage cost"
    shell:
        script(
            "plot_costs",
            "--provenance {input} --stem {params.stem}",
        )
