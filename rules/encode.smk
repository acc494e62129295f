def coding_spec(wildcards, decider):
    """Of how the fit went about it only what the decider wants to know."""
    function = MODELS[wildcards.model]
    told = {key: function["fit"][key] for key in DECIDERS[decider].told if key in function["fit"]}
    return spec(decider, **(function | {"fit": told, "coding": CODINGS[wildcards.coding]}))


# One rule per decider.
for decider in DECIDERS:

    rule:
        name:
            decider
        input:
            picture=rules.picture.output,
            weights=rules.fit.output.weights,
        output:
            file=f"{ROOT}/files/{{dataset}}/{{image}}/{{model}}/{{coding}}.inr",
            facts=f"{ROOT}/files/{{dataset}}/{{image}}/{{model}}/{{coding}}.json",
        log:
            f"{ROOT}/logs/{decider}/{{dataset}}/{{image}}/{{model}}/{{coding}}.log",
        benchmark:
            f"{ROOT}/benchmarks/{decider}/{{dataset}}/{{image}}/{{model}}/{{coding}}.tsv"
        wildcard_constraints:
            coding=any_of(name for name, coding in CODINGS.items() if coding["decider"] == decider),
        resources:
            gpu=FIT_GPUS if DECIDERS[decider].descends else 0,
        params:
            spec=partial(coding_spec, decider=decider),
            script=decider,
            slot=GPU_SLOT if DECIDERS[decider].descends else "",
        message:
            "Code {wildcards.model} of {wildcards.image} by {wildcards.coding}"
        shell:
            script(
                "{params.script}",
                "--picture {input.picture} --weights {input.weights} --file {output.file} --facts {output.facts}",
                slot="{params.slot}",
            )


# One rule per codec: each has its own qualities and suffix.
for codec in STUDY.classical:

    rule:
        name:
            f"classical_{codec}"
        input:
            picture=rules.picture.output,
        output:
            files=sweep_files(codec),
            facts=f"{ROOT}/files/{{dataset}}/{{image}}/{codec}/encode.json",
        log:
            f"{ROOT}/logs/classical_{codec}/{{dataset}}/{{image}}.log",
        benchmark:
            f"{ROOT}/benchmarks/classical_{codec}/{{dataset}}/{{image}}.tsv"
        params:
            spec=spec("classical", codec=codec),
        message:
            f"Encode {{wildcards.image}} as {codec}"
        shell:
            script(
                "classical",
                "--picture {input.picture} --files {output.files} --facts {output.facts}",
            )
