# Each figure asks for what it shows; only those that the study names are drawn.
CATEGORIES = {
    "rate_distortion": ("Rate-distortion", "Implicit and classical codecs"),
    "seconds": ("Costs", "Quality and decoding against seconds"),
    "anytime": ("Rate-distortion", "Bits against encoding time"),
    "start": ("Fitting", "From a learnt start and from a random one"),
    "quantization_sweep": ("Quantization", "Quality and rate against bits"),
    "deciders": ("Quantization", "What each decider buys at equal size"),
    "weights": ("Quantization", "Weights and their entropy model"),
    "entropy_coding": ("Entropy coding", "The same integers, written in every way"),
    "anatomy": ("Latents", "Inside a file of latents"),
    "fit_curves": ("Fitting", "Quality while fitting"),
    "film_strip": ("Fitting", "A picture becoming a function"),
    "row": ("Functions", "A row of pixels as a function"),
    "spectra": ("Functions", "Frequencies learnt while fitting"),
    "hyperparameters": ("Functions", "Quality against each hyperparameter"),
    "zoom": ("Pictures", "Between the pixels"),
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


def file_input(figure):
    """The one file that a close-up looks into, and its original."""
    (file,) = (name for sweep in ASKED[figure].coded for name in sweep_files(sweep))
    file, original = close_up(figure, file, *rules.picture.output)
    return {"file": file, "original": original}


def spectra_input():
    return {
        "films": spectra_films(),
        "original": close_up("spectra", *rules.picture.output),
        "spectra-table": rules.power_spectra.output,
    }


def spectra_settings():
    names = STUDY.figures.spectra.functions
    return {"functions": [(name, STUDY.function_entries[name].title) for name in names]}


def entropy_coding_input():
    return {"costs": rules.entropy_coding_table.output[0], "file": entropy_coding_files(None)[0]}


def entropy_coding_settings():
    names = STUDY.figures.entropy_coding.functions
    labels = {name: STUDY.function_entries[name] for name in names}
    return {"functions": [(name, entry.title) for name, entry in labels.items()]}


def seconds_settings():
    """Curves of functions that differ in steps alone make one line, in the order of the study."""
    lines = {}
    for curve in CURVES["seconds"]:
        models = [MODELS[point.model] for point in curve.points]
        alike = [model | {"fit": model["fit"] | {"steps": None}} for model in models] or curve.codec
        lines.setdefault(json.dumps([alike, curve.coding], sort_keys=True), []).append(curve)
    return {"lines": list(map(plain, lines.values())), "target_bpp": STUDY.figures.seconds.target_bpp}


def zoom_input():
    return {"files": close_up("zoom", *(sweep_files(sweep)[0] for sweep in ASKED["zoom"].coded[:2]))}


def zoom_settings():
    names = [name for functions in STUDY.figures.zoom.curves.values() for name in functions]
    titles = [STUDY.function_entries[name].title for name in names[:2]]
    return {"titles": titles, "point_px": STUDY.figures.zoom.point_px}


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


def codings_settings(figure):
    """What figures of one function say of its codings, in the order that the study names them in."""
    block = getattr(STUDY.figures, figure)
    titles = [(curve.codec, STUDY.coding_entries[curve.coding].title) for curve in CURVES[figure]]
    return {"titles": titles, "function": STUDY.function_entries[block.function].title}


def start_input():
    """Of the fits with a prior and without: their curves of every picture, their films of the first."""
    fits = [f"{ROOT}/fits/{{dataset}}/{{image}}/{asking.lasting(STUDY)[learnt]}" for learnt in (True, False)]
    curves = [f"{fit}/curve.csv".format(dataset=d, image=i) for fit in fits for d, i in PICTURES["start"]]
    *films, original = close_up("start", *(f"{fit}/film.npz" for fit in fits), *rules.picture.output)
    return {"points": f"{ROOT}/tables/start.csv", "curves": curves, "films": films, "original": original}


def start_settings():
    entries = STUDY.function_entries
    steps = {c.codec: entries[c.function].settings[-1].spec["fit"]["steps"] for c in CURVES["start"]}
    learnt = {c.codec: STUDY.has_prior(c.function) for c in CURVES["start"]}
    return {"steps": steps, "learnt": learnt}


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
    "start": (start_input, start_settings),
    "seconds": (lambda: {"points": f"{ROOT}/tables/seconds.csv"}, seconds_settings),
    "quantization_sweep": (
        lambda: {"points": f"{ROOT}/tables/quantization_sweep.csv"},
        lambda: codings_settings("quantization_sweep"),
    ),
    "deciders": (
        lambda: {"points": f"{ROOT}/tables/deciders.csv"},
        lambda: codings_settings("deciders"),
    ),
    "weights": (
        lambda: {"files": close_up("weights", *(sweep_files(sweep)[0] for sweep in ASKED["weights"].coded))},
        lambda: {},
    ),
    "anatomy": (lambda: file_input("anatomy"), lambda: {}),
    "fit_curves": (lambda: {"curves": f"{ROOT}/tables/fit_curves.csv"}, fit_curves_settings),
    "film_strip": (film_strip_input, lambda: {}),
    "row": (lambda: file_input("row"), lambda: {}),
    "spectra": (spectra_input, spectra_settings),
    "hyperparameters": (
        lambda: {"points": f"{ROOT}/tables/hyperparameters.csv"},
        lambda: {"curves": plain(CURVES["hyperparameters"])},
    ),
    "entropy_coding": (entropy_coding_input, entropy_coding_settings),
    "zoom": (zoom_input, zoom_settings),
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
