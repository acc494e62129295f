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
    resources:
        gpu=FIT_GPUS,
    params:
        spec=lambda wildcards: spec("fit", **MODELS[wildcards.model]),
    message:
        "Fit {wildcards.model} to {wildcards.image}"
    shell:
        script(
            "fit",
            "--picture {input.picture} --weights {output.weights} --curve {output.curve} "
            "--film {output.film} --facts {output.facts}",
            slot=GPU_SLOT,
        )
