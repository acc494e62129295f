import os

from snakemake.utils import min_version

min_version("9.20")

# A study given by --configfile stands alone: it must not inherit lists from the default one, which is that of the
# working directory or else the one beside this file.
if not workflow.overwrite_configfiles:

    configfile: "config.yaml" if os.path.exists("config.yaml") else os.path.join(workflow.basedir, "config.yaml")


include: "rules/common.smk"
include: "rules/pictures.smk"
include: "rules/fit.smk"
include: "rules/encode.smk"
include: "rules/decode.smk"
include: "rules/reported.smk"
include: "rules/tables.smk"
include: "rules/figures.smk"
include: "rules/priors.smk"
include: "rules/site.smk"


report: "report/workflow.rst"


wildcard_constraints:
    dataset=any_of(DATASETS),
    image=any_of(IMAGES_BY_NAME),
    model=any_of(MODELS),
    coding=any_of(CODINGS),
    sweep=rf"(?:{any_of(MODELS)})/(?:{any_of(CODINGS)})|{any_of(STUDY.classical)}",
    figure=any_of(study.Figures.model_fields),


rule all:
    default_target: True
    input:
        FIGURE_FILES,
        TABLES,
    localrule: True


# `snakemake weights` builds that figure alone, with only what it needs.
for figure in FIGURES:

    rule:
        name:
            figure
        input:
            [file for file in FIGURE_FILES if Path(file).stem == figure],
        localrule: True


onstart:
    DISPLAY.start()
    # Snakemake's limit on job starts (100 a second) looks at all ready jobs again a second after every look, and so on:
    # the looks pile up until they take most of a core. Without it there is one look per finished job.
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


onsuccess:
    DISPLAY.stop()


onerror:
    DISPLAY.stop()
    print("\n".join([*DISPLAY.failures(), *incomplete_lines()]), file=sys.stderr)
