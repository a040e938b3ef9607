"""Control routes of the pretend OpenPhone: what was sent, a homeowner's phone, texting back."""

import json

from starlette.requests import Request
from starlette.routing import Route

from crm_app.sandbox.media.files import KINDS, media_url
from crm_app.sandbox.openphone.reading import E164, MAX_CONTENT
from crm_app.sandbox.openphone.store import Text
from crm_app.sandbox.openphone.world import World
from crm_app.sandbox.stage.chance import Json, iso
from crm_app.sandbox.stage.control import read_object, route
from crm_app.sandbox.stage.courier import Courier
from crm_app.sandbox.stage.switches import Refused


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

    async def _say(self, request: Request) -> object:
        asked = await read_object(request)
        person, text, media = asked.get("from"), asked.get("text", ""), asked.get("media", [])
        if not isinstance(person, str) or not E164.fullmatch(person):
            raise Refused(f"from takes a homeowner's number in E.164, not {person!r}.")
        if person == self._world.line.number:
            raise Refused("from is the firm's own number; a homeowner has another one.")
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
