"""What files are drawn by: in a bubble, full screen, on a contact's page; and the attestation."""

from typing import Any

import reflex as rx

from crm_app.media.queries import WORDS, FileRow
from crm_app.media.state import KEEP, MediaState, PhotosState, ToldState
from crm_app.ui.attrs import RING, script
from crm_app.ui.controls import button, checkbox, icon_button, outside, select, upload
from crm_app.ui.pieces import card, dialog, small

VIEWER = "viewer"
PICTURES = "image/jpeg,image/png,image/webp,image/gif"  # an iPhone turns its HEIC into the first


def file(row: FileRow) -> rx.Component:
    """Draw a file of a bubble: photo, player, or in words why there is none."""
    title = rx.cond(row.title != "", rx.el.p(row.title))
    source: Any = {"src": f"/media/{row.id}", "controls": True, "preload": "none"}
    sound = rx.el.audio(**source, class_name="w-64 max-w-full", data_testid="sound")
    film = rx.el.video(**source, class_name="max-h-80 rounded-lg", data_testid="film")
    again = button("Try again", kind="plain", on_click=MediaState.again(row.id),
                   testid="file-again")  # fmt: skip
    failed = rx.el.div(rx.el.p(row.words, class_name="text-blocked"), again, class_name="space-y-1")
    lines = rx.foreach(row.lines, lambda line: rx.el.p(line))
    said = rx.el.details(rx.el.summary(row.name, class_name="py-2.5 cursor-pointer"), lines)
    known = [
        ("image", photo(row)), ("audio", sound), ("video", film), ("said", said),
        ("application", outside(row.name, href=f"/media/{row.id}")), ("failed", failed),
        rx.el.p(row.words, class_name="text-muted"),
    ]  # fmt: skip
    drawn = rx.match(row.kind, *known)
    return rx.el.div(title, drawn, class_name="space-y-1", data_testid=f"file-{row.kind}")


def photo(row: FileRow) -> rx.Component:
    """Draw a small picture that opens the viewer at this photo."""
    small = rx.el.img(src=f"/media/{row.id}/thumb", alt=row.name, class_name="photo")
    show = rx.call_script(rx.Var.create(f"crm.show({row.id})"))
    return rx.el.button(small, type="button", on_click=show, class_name=RING + "photo-button",
                        data_testid="photo")  # fmt: skip


def _leaf(row: FileRow, *, keeps: bool) -> rx.Component:
    ask = MediaState.ask(row.id)
    keep = button("Keep with …", kind="plain", on_click=ask, testid="photo-keep") if keeps else None
    whole = rx.el.img(src=f"/media/{row.id}", alt=row.name, loading="lazy")
    below = rx.el.figcaption(rx.el.span(row.words), keep)
    return rx.el.figure(whole, below, id=f"photo-{row.id}", key=f"{row.id}")


def viewer(leaves: rx.Component) -> rx.Component:
    """Draw the photos full screen, to swipe, or leaf by the arrow keys (assets/app.js)."""
    turns = [
        icon_button(name, words, on_click=script(f"turn({step})"), testid=f"photo-{name}")
        for name, words, step in (("back", "Photo before", -1), ("next", "Next photo", 1))
    ]
    away = icon_button(
        "close", "Close", on_click=script(f"close('{VIEWER}')"), testid="photo-close"
    )
    rail = rx.el.div(leaves, class_name="rail", data_rail="true", tab_index=0)
    bar = rx.el.div(*turns, away, class_name="viewer-bar")
    marks: Any = {"id": VIEWER, "data_testid": VIEWER, "aria_label": "Photos"}
    return rx.el.dialog(rail, bar, class_name="viewer", **marks)


def thread_viewer(messages: Any) -> rx.Component:
    """Draw the viewer of a thread's photos, and the question with whom one is to be kept."""

    def leaf(row: FileRow) -> rx.Component:
        return rx.cond(row.kind == "image", _leaf(row, keeps=True))

    def place(one: Any) -> rx.Component:
        keep = MediaState.keep(one[0])
        return button(one[1], kind="plain", wide=True, on_click=keep, testid="keep-place")

    leaves = rx.foreach(messages, lambda message: rx.foreach(message.files, leaf))
    choice = rx.el.div(rx.foreach(MediaState.places, place), class_name="space-y-2")
    return rx.fragment(viewer(leaves), dialog("Keep the photo with", choice, dialog_id=KEEP))


def photos_card() -> rx.Component:
    """Draw the photos of a contact and their houses; the page loads PhotosState."""
    state = PhotosState
    place = select("Belongs to", state.places, state.place, state.choose, "photo-place")
    to = f"/media/contact/{state.contact_id}?house={state.place}"
    add = upload("Add a photo", to=to, name="photo", accept=PICTURES)

    def kept(row: FileRow) -> rx.Component:
        about = rx.el.figcaption(row.words, class_name="text-xs text-muted")
        return rx.el.figure(photo(row), about, class_name="space-y-1 [&_.photo]:w-full")

    small = rx.el.div(
        rx.foreach(state.photos, kept), class_name="grid grid-cols-2 sm:grid-cols-3 gap-2"
    )
    leaves = rx.foreach(state.photos, lambda row: _leaf(row, keeps=False))
    place = rx.cond(state.contact_id != 0, place)
    return card(rx.cond(state.photos, small), place, add, viewer(leaves), title="Photos")


def told_card() -> rx.Component:
    """Draw the owner's attestation about recordings; the page loads ToldState."""
    state = ToldState
    tick = checkbox(WORDS["sentence"], state.said != "", state.say, "callers-told")
    who = small(state.said, data_testid="told-by")
    may = rx.cond(state.may_say, tick, rx.el.p(WORDS["sentence"]))
    return card(may, who, small(WORDS["law"]), title="Call recordings")
