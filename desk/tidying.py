"""
What `manage.py tidy` does besides the desk's own work: apps of a higher rank register it in `AppConfig.ready`.

    register(tidy_uploads)
"""

_functions = []


def register(function):
    """Has `function()` called whenever somebody tidies up. It must be able to run twice without harm."""
    if function not in _functions:
        _functions.append(function)


def tidy_the_rest():
    """Calls everything that was registered."""
    for function in _functions:
        function()
