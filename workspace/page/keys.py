"""What a composer decides in the browser, where keys are pressed faster than a server answers.

Each row of the list of suggestions that can be taken says what the text is then (`data-completed`). It is taken only
where it goes on from what stands in the field, for the list may still be the one for a letter less.
"""

from string import Template

# Enter that only ends the composition of a Chinese word neither takes a suggestion nor sends.
_ON_KEY = Template("""(event) => {
    const field = event.target, list = document.getElementById('$hints');
    const typed = field.value.toLowerCase();
    const goesOn = (text) => text.startsWith(typed) && text.trim() !== typed.trim();
    const offered = list.hidden ? [] : [...list.querySelectorAll('[data-completed]')];
    const rows = offered.filter((row) => goesOn(row.dataset.completed.toLowerCase()));
    const at = rows.findIndex((row) => row.getAttribute('aria-selected') === 'true');
    if (event.isComposing) return;
    if (event.key === 'Escape') list.hidden = true;
    if (at >= 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
        event.preventDefault();
        rows[at].setAttribute('aria-selected', 'false');
        const next = rows[(at + (event.key === 'ArrowDown' ? 1 : rows.length - 1)) % rows.length];
        next.setAttribute('aria-selected', 'true');
        next.scrollIntoView({block: 'nearest'});
    }
    if (at >= 0 && (event.key === 'Enter' || event.key === 'Tab') && !event.shiftKey) {
        event.preventDefault();
        field.value = rows[at].dataset.completed;
        field.dispatchEvent(new Event('input'));
    } else if (event.key === 'Enter' && !event.shiftKey) {
        event.preventDefault();
        ($take)(field);
    }
}""")
_ON_INPUT = Template("""(event) => {
    const field = event.target;
    field.style.height = '';
    field.style.height = Math.min(field.scrollHeight, 240) + 'px';
    document.getElementById('$hints').hidden = false;
    emit(field.value);
}""")
_ON_CHOICE = Template("""(event) => {
    const field = document.getElementById('$field'), row = event.target.closest('[data-completed]');
    if (!row) return;
    field.value = row.dataset.completed;
    field.focus();
    field.dispatchEvent(new Event('input'));
}""")
# The scroller begins at its end: there 0 is the newest message, and whoever is there stays with the newest.
_TAKE = """(field) => {
    field.closest('.panel-body').querySelector('.scroller').scrollTop = 0;
    emit(field.value);
    field.value = '';
    field.style.height = '';
}"""


def on_key(hints_id: str) -> str:
    """Return the handler of a field's keys: Enter and Tab take the chosen suggestion, Escape hides them, Enter sends."""
    return _ON_KEY.substitute(hints=hints_id, take=_TAKE)


def on_input(hints_id: str) -> str:
    """Return the handler of a field's text: the field grows with it, and the server hears of it."""
    return _ON_INPUT.substitute(hints=hints_id)


def on_choice(field_id: str) -> str:
    """Return the handler of a click into the list of suggestions."""
    return _ON_CHOICE.substitute(field=field_id)


def on_send(field_id: str) -> str:
    """Return the handler of the Send button: it takes what is written, as Enter does."""
    return f"() => ({_TAKE})(document.getElementById('{field_id}'))"
