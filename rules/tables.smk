rule collect:
    input:
        each(rules.measure.output, sweep=SWEEPS),
        each(rules.decode.output.seconds, sweep=SWEEPS),
        each(f"{ROOT}/files/{{dataset}}/{{image}}/{{sweep}}/encode.json", sweep=SWEEPS),
        each([rules.fit.output.curve, rules.fit.output.facts], model=MODELS),
    output:
        points=f"{ROOT}/points.csv",
        curves=f"{ROOT}/curves.csv",
        bd_rate=report(
            f"{ROOT}/bd_rate.csv",
            caption="../report/bd_rate.rst",
            category="Rate-distortion",
            labels={"what": "Bjontegaard rates against JPEG"},
        ),
    log:
        f"{ROOT}/logs/collect.log",
    benchmark:
        f"{ROOT}/benchmarks/collect.tsv"
    params:
        spec=spec("collect", images=IMAGES, models=MODELS, methods=METHODS, classical=list(STUDY.classical)),
        root=ROOT,
    message:
        "Join every score into the tables"
    shell:
        "python -m workflow_scripts.collect --spec {params.spec:q} --root {params.root} --points {output.points} "
        "--curves {output.curves} --bd-rate {output.bd_rate} > {log} 2>&1"
