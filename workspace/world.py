"""The world at the start: Marvellous Ltd, four people who see different things, and three channels."""

from workspace.ids import Ids
from workspace.records import Channel, Team, User
from workspace.state import State


def marvellous(ids: Ids) -> State:
    """Make the workspace that the demo and the tests begin with.

    Ada owns it, Lin reads Chinese, Bo is an ordinary member and Gus a guest who sees only #general.
    """
    state = State(Team(ids.make("T"), "Marvellous Ltd", "marvellous"), ids)
    ada = _add(state, User(ids.make("U"), "ada", "Ada Byron", is_admin=True, is_owner=True))
    lin = _add(state, User(ids.make("U"), "lin", "林巧", locale="zh-CN", timezone="Asia/Shanghai"))
    bo = _add(state, User(ids.make("U"), "bo", "Bo Lindqvist", timezone="Europe/Stockholm"))
    gus = _add(state, User(ids.make("U"), "gus", "Gus Guest", is_restricted=True))
    _open(state, "general", [ada, lin, bo, gus])
    _open(state, "fine-tuning", [ada, lin, bo])
    _open(state, "lab", [ada, lin], is_private=True)
    return state


def _add(state: State, user: User) -> User:
    state.users[user.id] = user
    return user


def _open(state: State, name: str, members: list[User], *, is_private: bool = False) -> None:
    member_ids = [member.id for member in members]
    channel = Channel(state.ids.make("C"), name, member_ids[0], state.now, member_ids, is_private=is_private)
    state.channels[channel.id] = channel
