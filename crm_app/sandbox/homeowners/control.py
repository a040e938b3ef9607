"""Control routes of the pretend OpenPhone: what was sent, a homeowner's phone, texting back."""

import json

from starlette.requests import Request
from starlette.routing import Route

from crm_app.sandbox.calls import life
from crm_app.sandbox.media.files import KINDS, media_url
from crm_app.sandbox.openphone.reading import E164, MAX_CONTENT
from crm_app.sandbox.openphone.store import Text
from crm_app.sandbox.openphone.world import World
from crm_app.sandbox.stage.chance import Json, iso
from crm_app.sandbox.stage.control import read_object, route
from crm_app.sandbox.stage.courier import Courier
from crm_app.sandbox.stage.switches import Refused
from crm_app.sandbox.telling.samples import send_sample
from crm_app.sandbox.telling.tell import KINDS as KINDS_OF
from crm_app.sandbox.telling.tell import TEST_EVENT, UNKNOWN


class Phones:
    """What the owner, the tests and the app's own sandbox pages see and do."""

    def __init__(self, world: World, courier: Courier) -> None:
        """Take the world and its courier."""
        self._world = world
        self._courier = courier

    def routes(self) -> list[Route]:
        """Return the routes beside those that every provider has."""
        return [
            route("GET", "sent", self._sent),
            route("GET", "phone/{e164}", self._phone),
            route("POST", "say", self._say),
            route("POST", "staff", self._staff),
            route("POST", "call", self._call),
            route("POST", "event", self._event),
            route("GET", "lately", self._lately),
        ]

    async def _sent(self, _request: Request) -> object:
        found = self._world.store.texts("origin = 'api' ORDER BY n")
        return [{**self._shown(text), "wall_at": iso(text.wall)} for text in found]

    async def _phone(self, request: Request) -> object:
        number = request.path_params["e164"]
        if not E164.fullmatch(number):
            raise Refused(f"{number!r} is no phone number in E.164.")
        texts = self._world.store.texts(
            "instr(',' || people || ',', ?) AND arrived IS NOT NULL ORDER BY arrived, n",
            f",{number},",
        )
        opted_out = self._world.store.has_opted_out(number)
        return {"number": number, "opted_out": opted_out, "texts": [*map(self._shown, texts)]}

    def _shown(self, text: Text) -> Json:
        sender, to = self._world.line.sides(text)
        return {
            "id": text.id,
            "to": ",".join(to),
            "from": sender,
            "direction": text.direction,
            "text": text.text,
            "media": [one["url"] for one in json.loads(text.media)],
            "at": iso(text.created),
            "status": text.status,
        }

    def _person(self, asked: Json, name: str) -> str:
        person = asked.get(name)
        if not isinstance(person, str) or not E164.fullmatch(person):
            raise Refused(f"{name} takes a homeowner's number in E.164, not {person!r}.")
        if person == self._world.line.number:
            raise Refused(f"{name} is the firm's own number; a homeowner has another one.")
        return person

    async def _say(self, request: Request) -> object:
        asked = await read_object(request)
        person, text, media = (
            self._person(asked, "from"),
            asked.get("text", ""),
            asked.get("media", []),
        )
        if not isinstance(media, list) or not all(isinstance(url, str) for url in media):
            raise Refused("media takes a list of addresses.")
        if photo := asked.get("photo"):  # true: one of a crack; or another kind of file
            kind = "photo" if photo is True else photo
            if kind not in KINDS:
                raise Refused(f"photo is true or one of {', '.join(KINDS)}.")
            media = [*media, media_url(kind)]
        if not isinstance(text, str) or len(text) > MAX_CONTENT or not (text.strip() or media):
            raise Refused(f"text takes 1 to {MAX_CONTENT} characters.")
        said = self._world.receive(person, text, media, self._world.store.now())
        self._courier.ring()
        return {"id": said.id}

    async def _staff(self, request: Request) -> object:
        """Let somebody of the firm text a homeowner from OpenPhone's own app."""
        asked = await read_object(request)
        person, text = self._person(asked, "to"), asked.get("text", "")
        if not isinstance(text, str) or len(text) > MAX_CONTENT or not text.strip():
            raise Refused(f"text takes 1 to {MAX_CONTENT} characters.")
        sent, _ = self._world.accept(text, [person], "app")
        self._courier.ring()
        return {"id": sent.id}

    async def _call(self, request: Request) -> object:
        """Let a homeowner call (`from`), or the firm call one (`to`)."""
        asked = await read_object(request)
        person = self._person(asked, "to" if "to" in asked else "from")
        given: Json = {"is_ours": "to" in asked}
        for name, kind in (("seconds", int), ("words", str), ("is_recorded", bool)):
            if name in asked and not isinstance(asked[name], kind):
                raise Refused(f"{name} is of another kind than {asked[name]!r}.")
            given |= {name: asked[name]} if name in asked else {}
        how = str(asked.get("how", "missed"))
        call_id = life.begin(self._world.store, self._world.line, person, how, **given)
        self._courier.ring()
        return {"id": call_id}

    async def _event(self, request: Request) -> object:
        """Send an event as OpenPhone's own test does: one id for all of them, of any kind."""
        kind = (await read_object(request)).get("kind")
        known = [*KINDS_OF["C"], *UNKNOWN]
        if kind not in known:
            raise Refused(f"kind is one of {', '.join(known)}, not {kind!r}.")
        if not send_sample(self._world.store, self._world.line, str(kind)):
            raise Refused(f"The webhooks' generation has no event {kind!r}.")
        self._courier.ring()
        return {"id": TEST_EVENT}

    async def _lately(self, _request: Request) -> object:
        """What happened: texts, webhooks by state, the last of them, refused requests by kind."""
        store = self._world.store
        texts = store.rows("SELECT direction, count(*) FROM message GROUP BY direction")
        states = store.rows("SELECT state, count(*) FROM webhook GROUP BY state")
        columns = "kind, state, attempts, answer, next_at"
        last = store.rows(f"SELECT {columns} FROM webhook ORDER BY n DESC LIMIT 12")
        return {
            "texts": dict(map(tuple, texts)),
            "webhooks": dict(map(tuple, states)),
            "last": [{**dict(row), "next_at": iso(row["next_at"])} for row in last],
            "refused": store.setting("refused", {}),
        }
