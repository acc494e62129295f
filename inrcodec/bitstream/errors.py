"""The one family of errors that a file can cause."""


class BitstreamError(ValueError):
    """A file is not one of ours, is damaged, or asks for more than it may.

    Says in which section, at which byte, what was expected and what was found.
    """

    def __init__(self, section: str, offset: int, expected: str, found: str) -> None:
        super().__init__(f"{section} at byte {offset}: expected {expected}, found {found}")
        self.section, self.offset, self.expected, self.found = section, offset, expected, found

    def __reduce__(self) -> tuple:
        return type(self), (self.section, self.offset, self.expected, self.found)
