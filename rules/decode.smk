def decode_spec(wildcards):
    """Files say all but what somebody's own class computes."""
    model = MODELS.get(wildcards.sweep.split("/")[0], {})
    own = {"module": model["representation"], "source": model["source"]} if "source" in model else {}
    return spec("decode", **own)


rule decode:
    input:
        files=lambda wildcards: sweep_files(wildcards.sweep),
    output:
        pictures=f"{ROOT}/decoded/{{dataset}}/{{image}}/{{sweep}}.npz",
        facts=f"{ROOT}/decoded/{{dataset}}/{{image}}/{{sweep}}.json",
    log:
        f"{ROOT}/logs/decode/{{dataset}}/{{image}}/{{sweep}}.log",
    benchmark:
        f"{ROOT}/benchmarks/decode/{{dataset}}/{{image}}/{{sweep}}.tsv"
    params:
        spec=decode_spec,
    message:
        "Decode {wildcards.sweep} of {wildcards.image}"
    shell:
        script(
            "decode",
            "--files {input.files} --pictures {output.pictures} --facts {output.facts}",
        )


rule measure:
    input:
        original=rules.picture.output,
        files=lambda wildcards: sweep_files(wildcards.sweep),
        pictures=rules.decode.output.pictures,
    output:
        scores=f"{ROOT}/scores/{{dataset}}/{{image}}/{{sweep}}.csv",
        facts=f"{ROOT}/scores/{{dataset}}/{{image}}/{{sweep}}.json",
    log:
        f"{ROOT}/logs/measure/{{dataset}}/{{image}}/{{sweep}}.log",
    benchmark:
        f"{ROOT}/benchmarks/measure/{{dataset}}/{{image}}/{{sweep}}.tsv"
    params:
        spec=spec("measure"),
    message:
        "Score {wildcards.sweep} of {wildcards.image}"
    shell:
        script(
            "measure",
            "--original {input.original} --files {input.files} --pictures {input.pictures} "
            "--scores {output.scores} --facts {output.facts}",
        )
