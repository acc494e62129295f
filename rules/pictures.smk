def picture_spec(wildcards):
    dataset = DATASETS[wildcards.dataset]
    source = FOLDERS[dataset.name][wildcards.image] if dataset.kind == "folder" else None
    kept = {"kind", "mirrors", "max_side_px"}
    settings = dataset.model_dump(include=kept) | {"digests": {}}
    if dataset.kind == "download":
        settings["digests"] = {wildcards.image: dataset.digests[wildcards.image]}
    return spec("picture", dataset=settings, image=wildcards.image, source=source and str(source))


def picture_source(wildcards):
    """A folder's picture is an input, so that replacing it rebuilds what follows."""
    folder = FOLDERS.get(wildcards.dataset)
    return [str(folder[wildcards.image])] if folder else []


rule picture:
    input:
        picture_source,
    output:
        f"{ROOT}/pictures/{{dataset}}/{{image}}.png",
    log:
        f"{ROOT}/logs/picture/{{dataset}}/{{image}}.log",
    benchmark:
        f"{ROOT}/benchmarks/picture/{{dataset}}/{{image}}.tsv"
    localrule: True
    params:
        spec=picture_spec,
    message:
        "Bring in {wildcards.image} of {wildcards.dataset}"
    shell:
        script(
            "picture",
            "--output {output} --cache resources",
        )
