def fit_spec(wildcards):
    return spec("fit", fit=STUDY.fit.model_dump(), **MODELS[wildcards.model])


# The fit takes every core: its threads wait for each other, so a neighbour on one core slows them all.
rule fit:
    input:
        picture=rules.picture.output,
    output:
        weights=f"{ROOT}/fits/{{dataset}}/{{image}}/{{model}}/weights.safetensors",
        curve=f"{ROOT}/fits/{{dataset}}/{{image}}/{{model}}/curve.csv",
        film=f"{ROOT}/fits/{{dataset}}/{{image}}/{{model}}/film.npz",
        facts=f"{ROOT}/fits/{{dataset}}/{{image}}/{{model}}/fit.json",
    log:
        f"{ROOT}/logs/fit/{{dataset}}/{{image}}/{{model}}.log",
    benchmark:
        f"{ROOT}/benchmarks/fit/{{dataset}}/{{image}}/{{model}}.tsv"
    threads: 4
    resources:
        gpu=1,
    params:
        spec=fit_spec,
    message:
        "Fit {wildcards.model} to {wildcards.image}"
    shell:
        script(
            "fit",
            "--picture {input.picture} --weights {output.weights} --curve {output.curve} "
            "--film {output.film} --facts {output.facts}",
            gpu=True,
        )
