# `snakemake site`: docs/ as pages, each number, figure and link checked. Figures and tables are those that docs/ holds
# (`make docs` brings them up to date), so that a fresh clone has its site without a fit.


def site_input(wildcards):
    """What pages show or quote."""
    kinds = {
        "docs": "*",
        "examples": "*",
        "inrcodec": "*",
        "report": "*.rst",
        "rules": "*.smk",
        "workflow_scripts": "*.py",
    }
    files = [file for folder, kind in kinds.items() for file in (HOME / folder).rglob(kind)]
    return sorted(str(file) for file in files if file.is_file() and "__pycache__" not in file.parts)


# Sphinx says a warning only of pages that it reads: after a failure it must read all again.
rule site:
    input:
        site_input,
    output:
        "build/site/index.html",
    log:
        "build/site.log",
    localrule: True
    params:
        docs=HOME / "docs",
    message:
        "Build the site"
    shell:
        "sphinx-build -W --keep-going -n -q -d build/doctrees {params.docs:q} build/site > {log} 2>&1"
        " || {{ cat {log} >&2; rm -rf build/doctrees; exit 1; }}"
