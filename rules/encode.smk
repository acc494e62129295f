def fine_tune_spec(wildcards):
    fit = STUDY.fit.model_dump(include={"batch_px", "matrix_rate", "vector_rate", "seed"})
    schedule = fit | {"steps": STUDY.quantization.fine_tune_steps}
    return spec("fine_tune", schedule=schedule, **MODELS[wildcards.model])


rule quantize:
    input:
        picture=rules.picture.output,
        weights=rules.fit.output.weights,
    output:
        files=sweep_files("{model}-ptq"),
        facts=f"{ROOT}/files/{{dataset}}/{{image}}/{{model}}-ptq/encode.json",
    log:
        f"{ROOT}/logs/quantize/{{dataset}}/{{image}}/{{model}}.log",
    benchmark:
        f"{ROOT}/benchmarks/quantize/{{dataset}}/{{image}}/{{model}}.tsv"
    params:
        spec=lambda wildcards: spec("quantize", **MODELS[wildcards.model]),
    message:
        "Quantize {wildcards.model} of {wildcards.image}"
    shell:
        script(
            "quantize",
            "--picture {input.picture} --weights {input.weights} --files {output.files} --facts {output.facts}",
        )


rule fine_tune:
    input:
        picture=rules.picture.output,
        weights=rules.fit.output.weights,
    output:
        files=sweep_files("{model}-qat"),
        facts=f"{ROOT}/files/{{dataset}}/{{image}}/{{model}}-qat/encode.json",
    log:
        f"{ROOT}/logs/fine_tune/{{dataset}}/{{image}}/{{model}}.log",
    benchmark:
        f"{ROOT}/benchmarks/fine_tune/{{dataset}}/{{image}}/{{model}}.tsv"
    resources:
        gpu=FIT_GPUS,
    params:
        spec=fine_tune_spec,
    message:
        "Fine-tune {wildcards.model} of {wildcards.image} at every bit depth"
    shell:
        script(
            "fine_tune",
            "--picture {input.picture} --weights {input.weights} --files {output.files} --facts {output.facts}",
            gpu=True,
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
