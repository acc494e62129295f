rule decode:
    input:
        files=lambda wildcards: sweep_files(wildcards.sweep),
    output:
        pictures=f"{ROOT}/decoded/{{dataset}}/{{image}}/{{sweep}}.npz",
        seconds=f"{ROOT}/decoded/{{dataset}}/{{image}}/{{sweep}}.json",
    log:
        f"{ROOT}/logs/decode/{{dataset}}/{{image}}/{{sweep}}.log",
    benchmark:
        f"{ROOT}/benchmarks/decode/{{dataset}}/{{image}}/{{sweep}}.tsv"
    params:
        spec=spec("decode"),
    message:
        "Decode {wildcards.sweep} of {wildcards.image}"
    shell:
        "python -m workflow_scripts.decode --spec {params.spec:q} --files {input.files} "
        "--pictures {output.pictures} --seconds {output.seconds} > {log} 2>&1"


rule measure:
    input:
        original=rules.picture.output,
        files=lambda wildcards: sweep_files(wildcards.sweep),
        pictures=rules.decode.output.pictures,
    output:
        f"{ROOT}/scores/{{dataset}}/{{image}}/{{sweep}}.csv",
    log:
        f"{ROOT}/logs/measure/{{dataset}}/{{image}}/{{sweep}}.log",
    benchmark:
        f"{ROOT}/benchmarks/measure/{{dataset}}/{{image}}/{{sweep}}.tsv"
    params:
        spec=spec("measure"),
    message:
        "Score {wildcards.sweep} of {wildcards.image}"
    shell:
        "python -m workflow_scripts.measure --spec {params.spec:q} --original {input.original} "
        "--files {input.files} --pictures {input.pictures} --scores {output} > {log} 2>&1"
