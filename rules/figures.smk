# Each figure asks for what it shows; only those that the study names are drawn.
CATEGORIES = {
    "rate_distortion": ("Rate-distortion", "Implicit and classical codecs"),
    "anytime": ("Rate-distortion", "Bits against encoding time"),
    "quantization_sweep": ("Quantization", "Quality and rate against bits"),
    "weights": ("Quantization", "Weights and their entropy model"),
    "anatomy": ("Latents", "Inside a file of latents"),
    "fit_curves": ("Fitting", "Quality while fitting"),
    "film_strip": ("Fitting", "A picture becoming a function"),
    "reconstructions": ("Pictures", "Reconstructions and errors"),
    "losses": ("Pictures", "What each loss looks like"),
    "artefacts": ("Pictures", "Artefacts, magnified"),
    "costs": ("Costs", "Time and memory per stage"),
}
FIGURE_FILES = expand(f"{ROOT}/figures/{{figure}}.{{suffix}}", figure=FIGURES, suffix=["svg", "png"])


def close_up(figure, *patterns):
    """Patterns over {dataset} and {image} at the picture that a figure shows."""
    dataset, image = PICTURES[figure][0]
    return expand(patterns, dataset=dataset, image=image)


def plain(curves):
    """What a figure says of its curves: their names in its table and for people, and where their looks come from."""
    titles = {name: entry.title for name, entry in STUDY.coding_entries.items()} | {None: "Classical"}
    return [(curve.codec, curve.title, curve.place, titles[curve.coding]) for curve in curves]


def film_strip_input():
    fit = f"{ROOT}/fits/{{dataset}}/{{image}}/{ASKED['film_strip'].fits[0]}/film.npz"
    film, original = close_up("film_strip", fit, *rules.picture.output)
    return {"film": film, "original": original}


def anatomy_input():
    (file,) = (name for sweep in ASKED["anatomy"].coded for name in sweep_files(sweep))
    file, original = close_up("anatomy", file, *rules.picture.output)
    return {"file": file, "original": original}


def pictures_input(figure):
    """What a figure of decoded pictures shows: their table, the original, and every sweep's."""
    decoded = [f"{ROOT}/decoded/{{dataset}}/{{image}}/{sweep}.npz" for sweep in ASKED[figure].scored]
    original, *pictures = close_up(figure, *rules.picture.output, *decoded)
    return {"points": f"{ROOT}/tables/{figure}.csv", "original": original, "decoded": pictures}


def pictures_settings(figure):
    return {
        "curves": plain(CURVES[figure]),
        "sweeps": {curve.codec: {point.setting: point.sweep for point in curve.points} for curve in CURVES[figure]},
    }


def at_one_rate(figure):
    return pictures_settings(figure) | {"target_bpp": getattr(STUDY.figures, figure).target_bpp}


def fit_curves_settings():
    names = list(STUDY.function_entries)
    return {
        "functions": [
            (name, STUDY.function_entries[name].title, names.index(name), "") for name in asking.fitted(STUDY)
        ]
    }


def quantization_sweep_settings():
    block = STUDY.figures.quantization_sweep
    titles = {curve.codec: STUDY.coding_entries[curve.coding].title for curve in CURVES["quantization_sweep"]}
    return {"titles": titles, "function": STUDY.function_entries[block.function].title}


def options(wildcards, input):
    """Inputs as a script's options, by their names."""
    listed = {name: [files] if isinstance(files, str) else files for name, files in input.items()}
    return " ".join(f"--{name} {' '.join(files)}" for name, files in listed.items())


# Of each figure its inputs by name, and its settings.
ASKING = {
    "rate_distortion": (
        lambda: {"points": f"{ROOT}/tables/rate_distortion.csv"},
        lambda: {"curves": plain(CURVES["rate_distortion"]), "published": asking.PUBLISHED_CURVES},
    ),
    "anytime": (
        lambda: {"points": f"{ROOT}/tables/anytime.csv"},
        lambda: {"curves": plain(CURVES["anytime"])},
    ),
    "quantization_sweep": (
        lambda: {"points": f"{ROOT}/tables/quantization_sweep.csv"},
        quantization_sweep_settings,
    ),
    "weights": (
        lambda: {"files": close_up("weights", *(sweep_files(sweep)[0] for sweep in ASKED["weights"].coded))},
        lambda: {},
    ),
    "anatomy": (anatomy_input, lambda: {}),
    "fit_curves": (lambda: {"curves": f"{ROOT}/tables/fit_curves.csv"}, fit_curves_settings),
    "film_strip": (film_strip_input, lambda: {}),
    "reconstructions": (lambda: pictures_input("reconstructions"), lambda: at_one_rate("reconstructions")),
    "losses": (lambda: pictures_input("losses"), lambda: pictures_settings("losses")),
    "artefacts": (lambda: pictures_input("artefacts"), lambda: at_one_rate("artefacts")),
    "costs": (lambda: {"provenance": f"{ROOT}/provenance.csv"}, lambda: {}),
}

for figure in FIGURES:
    asked_files, settings = (ask() for ask in ASKING[figure])

    rule:
        name:
            f"plot_{figure}"
        input:
            **asked_files,
        output:
            svg=report(
                f"{ROOT}/figures/{figure}.svg",
                caption=f"../report/{figure}.rst",
                category=CATEGORIES[figure][0],
                labels={"what": CATEGORIES[figure][1]},
            ),
            png=f"{ROOT}/figures/{figure}.png",
        log:
            f"{ROOT}/logs/plot_{figure}.log",
        benchmark:
            f"{ROOT}/benchmarks/plot_{figure}.tsv"
        localrule: True
        params:
            spec=spec(f"plot_{figure}", **settings),
            stem=f"{ROOT}/figures/{figure}",
            script=f"plot_{figure}",
            files=options,
        message:
            f"Plot {figure.replace('_', ' ')}"
        shell:
            script(
                "{params.script}",
                "{params.files} --stem {params.stem}",
            )
