# Which pictures the tables and figures are about: all, or with `complete_only` those that have everything.
FIGURES = list(STUDY.shown())
ASKED = {figure: asking.asked(STUDY, figure) for figure in FIGURES}


def pictures_of(figure, pictures):
    """The pictures, as (dataset, image), that a figure is about; the one that a close-up shows comes first."""
    if not asking.is_close_up(STUDY, figure):
        return pictures
    shown = asking.shown_picture(STUDY, figure, pictures)
    others = [picture for picture in pictures if picture != shown]
    return [shown, *(others if getattr(STUDY.figures, figure).measures_all else [])]


def jobs_of(figure, pictures):
    """Every job that a figure's results come from."""
    return jobs(pictures_of(figure, pictures), *ASKED[figure])


def all_jobs(pictures):
    """The same for all figures together, each job once."""
    return list(dict.fromkeys(job for figure in FIGURES for job in jobs_of(figure, pictures)))


def incomplete():
    """(dataset, image, first file that is not there, how many are not) of every picture that lacks any."""
    wanted = {place: [] for place in IMAGES}
    for job in all_jobs(IMAGES):
        wanted[job.dataset, job.image].append(f"{ROOT}/{job.facts}")
    lacking = {place: [file for file in files if not Path(file).exists()] for place, files in wanted.items()}
    return [(*place, files[0], len(files)) for place, files in lacking.items() if files]


try:
    INCOMPLETE = incomplete() if STUDY.complete_only else []
    REPORTED = [picture for picture in IMAGES if picture not in {(d, i) for d, i, *_ in INCOMPLETE}]
    if not REPORTED:
        raise InputError("config: complete_only is True: no picture is complete yet")
    PICTURES = {figure: pictures_of(figure, REPORTED) for figure in FIGURES}
except InputError as error:
    raise WorkflowError(str(error)) from None


def incomplete_lines():
    """What a run that failed says of the pictures that it leaves incomplete, and how to go on without them."""
    lacking = incomplete()
    lines = [f"{dataset}/{image} lacks {count} results, first {file}" for dataset, image, file, count in lacking]
    if STUDY.complete_only or len(lines) in {0, len(IMAGES)}:
        return lines
    done = len(IMAGES) - len(lines)
    return [
        *lines,
        f"{done} of {len(IMAGES)} pictures are complete: for their tables and figures add --config complete_only=true",
    ]
