def picture_spec(wildcards, shrunk=True):
    dataset = DATASETS[wildcards.dataset]
    kept = {"kind", "mirrors", "max_side_px"}
    settings = dataset.model_dump(include=kept) | {"digests": {}} | ({} if shrunk else {"max_side_px": None})
    if dataset.kind == "download":
        settings["digests"] = {wildcards.image: dataset.digests[wildcards.image]}
    source = picture_source(wildcards)
    digest = source and folders.digest(source)
    return spec("picture", dataset=settings, image=wildcards.image, source=source, digest=digest)


def picture_source(wildcards):
    """The file of a folder's picture; None for other kinds."""
    folder = FOLDERS.get(wildcards.dataset)
    return folder and folders.from_here(folder[wildcards.image])


def picture_input(wildcards):
    """A folder's picture is an input, so that replacing it rebuilds what follows."""
    source = picture_source(wildcards)
    return folders.as_input(source) if source else []


rule picture:
    input:
        picture_input,
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


# What a picture was before it was shrunk: the truth about what lies between its pixels.
use rule picture as whole_picture with:
    output:
        f"{ROOT}/whole_pictures/{{dataset}}/{{image}}.png",
    log:
        f"{ROOT}/logs/whole_picture/{{dataset}}/{{image}}.log",
    benchmark:
        f"{ROOT}/benchmarks/whole_picture/{{dataset}}/{{image}}.tsv"
    params:
        spec=partial(picture_spec, shrunk=False),
    message:
        "Bring in {wildcards.image} of {wildcards.dataset} as it was"
