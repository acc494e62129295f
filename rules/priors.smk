# `snakemake priors --configfile studies/priors.yaml`: the networks that files may be differences to, learnt from the
# study's pictures. Those that are released lie in inrcodec/priors/ and never change: copy new ones there by hand.
from inrcodec import priors as released

PRIOR_STEPS = 4000
START_ROUNDS = 300


rule mosaic:
    input:
        [f"{ROOT}/pictures/{dataset}/{image}.png" for dataset, image in IMAGES],
    output:
        f"{ROOT}/priors/mosaic.png",
    log:
        f"{ROOT}/logs/mosaic.log",
    localrule: True
    params:
        spec=spec("mosaic"),
    message:
        "Put tiles of the pictures side by side"
    shell:
        script(
            "mosaic",
            "--pictures {input} --output {output}",
        )


rule prior:
    input:
        mosaic=rules.mosaic.output,
    output:
        prior=f"{ROOT}/priors/{{number}}.npz",
        facts=f"{ROOT}/priors/{{number}}.json",
    log:
        f"{ROOT}/logs/prior/{{number}}.log",
    wildcard_constraints:
        number=any_of(map(str, released.RATE_WEIGHTS)),
    resources:
        gpu=FIT_GPUS,
    params:
        spec=lambda wildcards: spec(
            "prior", rate_weight=released.RATE_WEIGHTS[int(wildcards.number)], steps=PRIOR_STEPS
        ),
    message:
        "Learn prior {wildcards.number}"
    shell:
        script(
            "prior",
            "--mosaic {input.mosaic} --prior {output.prior} --facts {output.facts}",
            slot=GPU_SLOT,
        )


rule reptile:
    input:
        mosaic=rules.mosaic.output,
    output:
        prior=f"{ROOT}/priors/{{number}}.npz",
        facts=f"{ROOT}/priors/{{number}}.json",
    log:
        f"{ROOT}/logs/reptile/{{number}}.log",
    wildcard_constraints:
        number=any_of(map(str, released.STARTS)),
    resources:
        gpu=FIT_GPUS,
    params:
        spec=lambda wildcards: spec(
            "reptile", hyperparameters=released.STARTS[int(wildcards.number)], rounds=START_ROUNDS
        ),
    message:
        "Learn start {wildcards.number}"
    shell:
        script(
            "reptile",
            "--mosaic {input.mosaic} --prior {output.prior} --facts {output.facts}",
            slot=GPU_SLOT,
        )


rule priors:
    input:
        expand(f"{ROOT}/priors/{{number}}.npz", number=[*released.RATE_WEIGHTS, *released.STARTS]),
    localrule: True
