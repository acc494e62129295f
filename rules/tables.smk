CURVES = {figure: curves for figure in FIGURES if (curves := asking.curves(STUDY, figure))}
TABLES = [f"{ROOT}/points.csv"] * bool(CURVES) + [f"{ROOT}/bd_rate.csv"] * ("rate_distortion" in FIGURES)
TABLES += [f"{ROOT}/tables/anytime_rates.csv"] * ("anytime" in FIGURES)
TABLES += [f"{ROOT}/tables/zoom.csv"] * ("zoom" in FIGURES)
TABLES += [f"{ROOT}/provenance.csv"]


def points_spec(wildcards):
    curves = CURVES[wildcards.figure]
    points = [point for curve in curves for point in curve.points]
    return spec(
        "points",
        pictures=PICTURES[wildcards.figure],
        # Titles and looks are the figure's business.
        curves=[curve._replace(title="", place=None)._asdict() for curve in curves],
        models={point.model: MODELS[point.model] for point in points},
        codings={point.coding: CODINGS[point.coding] for point in points},
    )


def points_input(wildcards):
    # Of measuring the scores; of all others the seconds.
    return [
        f"{ROOT}/{job.facts.replace('.json', '.csv') if job.stage == 'measure' else job.facts}"
        for job in jobs_of(wildcards.figure, REPORTED)
    ]


rule points:
    input:
        points_input,
    output:
        f"{ROOT}/tables/{{figure}}.csv",
    log:
        f"{ROOT}/logs/points/{{figure}}.log",
    benchmark:
        f"{ROOT}/benchmarks/points/{{figure}}.tsv"
    wildcard_constraints:
        figure=any_of(CURVES),
    localrule: True
    params:
        spec=points_spec,
        root=ROOT,
    message:
        "Join the scores that {wildcards.figure} shows"
    shell:
        script(
            "points",
            "--root {params.root} --table {output}",
        )


rule all_points:
    input:
        expand(rules.points.output, figure=CURVES),
    output:
        f"{ROOT}/points.csv",
    log:
        f"{ROOT}/logs/all_points.log",
    benchmark:
        f"{ROOT}/benchmarks/all_points.tsv"
    localrule: True
    params:
        spec=spec("all_points"),
    message:
        "Join the figures' tables"
    shell:
        script(
            "all_points",
            "--tables {input} --points {output}",
        )


rule bd_rate:
    input:
        f"{ROOT}/tables/rate_distortion.csv",
    output:
        report(
            f"{ROOT}/bd_rate.csv",
            caption="../report/bd_rate.rst",
            category="Rate-distortion",
            labels={"what": "Bjontegaard rates against JPEG"},
        ),
    log:
        f"{ROOT}/logs/bd_rate.log",
    benchmark:
        f"{ROOT}/benchmarks/bd_rate.tsv"
    localrule: True
    params:
        spec=spec("bd_rate"),
    message:
        "Compare the curves with JPEG's"
    shell:
        script(
            "bd_rate",
            "--points {input} --table {output}",
        )


rule anytime_rates:
    input:
        f"{ROOT}/tables/anytime.csv",
    output:
        f"{ROOT}/tables/anytime_rates.csv",
    log:
        f"{ROOT}/logs/anytime_rates.log",
    localrule: True
    params:
        spec=spec("bd_rate"),
    message:
        "Compare short and long fits with JPEG"
    shell:
        script(
            "bd_rate",
            "--points {input} --table {output}",
        )


rule curves:
    input:
        lambda wildcards: expand(
            [f"{ROOT}/fits/{d}/{i}/{{model}}/curve.csv" for d, i in PICTURES["fit_curves"]],
            model=ASKED["fit_curves"].fits,
        ),
    output:
        f"{ROOT}/tables/fit_curves.csv",
    log:
        f"{ROOT}/logs/curves.log",
    benchmark:
        f"{ROOT}/benchmarks/curves.tsv"
    localrule: True
    params:
        spec=lambda wildcards: spec(
            "curves",
            pictures=PICTURES["fit_curves"],
            functions=dict(zip(asking.fitted(STUDY), ASKED["fit_curves"].fits, strict=True)),
        ),
        root=ROOT,
    message:
        "Join the fits' curves"
    shell:
        script(
            "curves",
            "--root {params.root} --table {output}",
        )


def entropy_coding_files(wildcards):
    return close_up("entropy_coding", *(sweep_files(sweep)[0] for sweep in ASKED["entropy_coding"].coded))


def entropy_coding_spec(wildcards):
    ((dataset, image),) = PICTURES["entropy_coding"]
    functions = STUDY.figures.entropy_coding.functions
    return spec("entropy_coding", dataset=dataset, image=image, functions=functions)


rule entropy_coding_table:
    input:
        entropy_coding_files,
    output:
        f"{ROOT}/tables/entropy_coding.csv",
    log:
        f"{ROOT}/logs/entropy_coding.log",
    benchmark:
        f"{ROOT}/benchmarks/entropy_coding.tsv"
    localrule: True
    params:
        spec=entropy_coding_spec,
    message:
        "Write the same integers in every way"
    shell:
        script(
            "entropy_coding",
            "--files {input} --table {output}",
        )


rule zoom_table:
    input:
        lambda wildcards: expand(
            [f"{ROOT}/{kind}/{d}/{i}.png" for kind in ("pictures", "whole_pictures") for d, i in PICTURES["zoom"]]
            + [f"{ROOT}/files/{d}/{i}/{{sweep}}.inr" for d, i in PICTURES["zoom"]],
            sweep=ASKED["zoom"].coded,
        ),
    output:
        f"{ROOT}/tables/zoom.csv",
    log:
        f"{ROOT}/logs/zoom_table.log",
    benchmark:
        f"{ROOT}/benchmarks/zoom_table.tsv"
    localrule: True
    params:
        spec=lambda wildcards: spec("zoom", pictures=PICTURES["zoom"], files=asking.zoomed(STUDY)),
        root=ROOT,
    message:
        "Compare enlarged pictures with what they were"
    shell:
        script(
            "zoom",
            "--root {params.root} --table {output}",
        )


def spectra_films():
    return close_up("spectra", *(f"{ROOT}/fits/{{dataset}}/{{image}}/{fit}/film.npz" for fit in ASKED["spectra"].fits))


rule power_spectra:
    input:
        films=lambda wildcards: spectra_films(),
        original=lambda wildcards: close_up("spectra", *rules.picture.output),
    output:
        f"{ROOT}/tables/spectra.csv",
    log:
        f"{ROOT}/logs/power_spectra.log",
    benchmark:
        f"{ROOT}/benchmarks/power_spectra.tsv"
    localrule: True
    params:
        spec=lambda wildcards: spec(
            "power_spectra", picture=PICTURES["spectra"][0], functions=STUDY.figures.spectra.functions
        ),
    message:
        "Weigh the frequencies of the fits' errors"
    shell:
        script(
            "power_spectra",
            "--films {input.films} --original {input.original} --table {output}",
        )


rule provenance:
    input:
        [f"{ROOT}/{job.facts}" for job in all_jobs(REPORTED)],
    output:
        table=report(
            f"{ROOT}/provenance.csv",
            caption="../report/provenance.rst",
            category="Completeness",
            labels={"what": "How each result came about"},
        ),
        missing=report(
            f"{ROOT}/missing.csv",
            caption="../report/missing.rst",
            category="Completeness",
            labels={"what": "Pictures that are missing"},
        ),
    log:
        f"{ROOT}/logs/provenance.log",
    benchmark:
        f"{ROOT}/benchmarks/provenance.tsv"
    localrule: True
    params:
        spec=spec("provenance", asked=[(PICTURES[f], *ASKED[f]) for f in FIGURES], incomplete=INCOMPLETE),
        root=ROOT,
    message:
        "List how every result came about"
    shell:
        script(
            "provenance",
            "--root {params.root} --table {output.table} --missing {output.missing}",
        )
