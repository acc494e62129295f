rule collect:
    input:
        [path for picture in REPORTED for path in needed(*picture)],
    output:
        points=f"{ROOT}/points.csv",
        curves=f"{ROOT}/curves.csv",
        bd_rate=report(
            f"{ROOT}/bd_rate.csv",
            caption="../report/bd_rate.rst",
            category="Rate-distortion",
            labels={"what": "Bjontegaard rates against JPEG"},
        ),
        missing=report(
            f"{ROOT}/missing.csv",
            caption="../report/missing.rst",
            category="Completeness",
            labels={"what": "Pictures that are missing"},
        ),
        provenance=report(
            f"{ROOT}/provenance.csv",
            caption="../report/provenance.rst",
            category="Completeness",
            labels={"what": "How each result came about"},
        ),
    log:
        f"{ROOT}/logs/collect.log",
    benchmark:
        f"{ROOT}/benchmarks/collect.tsv"
    localrule: True
    params:
        spec=spec(
            "collect",
            images=REPORTED,
            incomplete=INCOMPLETE,
            models=MODELS,
            methods=METHODS,
            classical=list(STUDY.classical),
        ),
        root=ROOT,
    message:
        "Join every score into the tables"
    shell:
        script(
            "collect",
            "--root {params.root} --points {output.points} --curves {output.curves} --bd-rate {output.bd_rate} "
            "--missing {output.missing} --provenance {output.provenance}",
        )
