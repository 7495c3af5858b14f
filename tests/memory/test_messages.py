from __future__ import annotations

import pytest

from memory.chunking import passages
from memory.messages import message_starts

CHATS = [
    "[1:56 pm on 8 May, 2023] Ana: Did the boiler come?\n[1:57 pm on 8 May, 2023] Ben: Yes. It is loud.\n"
    "[1:59 pm on 8 May, 2023] Ana: Send a picture.\n[2:03 pm on 8 May, 2023] Ben: Later.",
    "08/05/2023, 13:56 - Ana Lima: Did the boiler come?\n08/05/2023, 13:57 - Ben: Yes.\nIt is loud.\n"
    "08/05/2023, 13:59 - Ana Lima: Send a picture.\n08/05/2023, 14:03 - Ben: Later.",
    "[08.05.23, 13:56:02] Ana: Did it come?\n[08.05.23, 13:57:00] Ben: Yes.\n[08.05.23, 13:59:00] Ana: Good.\n[08.05.23, 14:03:11] Ben: Bye.",
    "2023-05-08 13:56 <ana> did it come?\n2023-05-08 13:57 <ben> yes\n2023-05-08 13:58 <ana> good\n2023-05-08 14:03 <ben> bye",
]
OTHERS = [
    "Name: Ana\nPhone: 12 34\nName: Ben\nPhone: 56 78\nName: Cid\nPhone: 90 12\nName: Dora\nPhone: 1",
    "".join(f"[2024-01-0{i} 12:00:03] ERROR: disk {i} is full\n" for i in range(1, 9)),
    "Agenda\n10:00 Opening: the chair\n10:30 Budget: Ms Roe\n11:00 Coffee\n12:00 End: everybody leaves",
    "He wrote [8 May 2023] Ana: yes.\nAnd then a long text goes on for a while.\n" * 2,
]


@pytest.mark.parametrize("chat", CHATS)
def test_a_message_is_a_passage_with_its_further_lines(chat):
    assert len(message_starts(chat)) == 4
    cuts = passages(chat)
    assert len(cuts) == 4
    assert "".join("".join(chat[c.start : c.end].split()) for c in cuts) == "".join(chat.split())


@pytest.mark.parametrize("text", OTHERS)
def test_forms_logs_and_prose_are_not_conversations(text):
    assert message_starts(text) == []


def test_a_long_message_is_cut_like_prose():
    chat = CHATS[0] + "\n[2:09 pm on 8 May, 2023] Ben: " + "It hums all night long. " * 80
    cuts = passages(chat)
    assert len(cuts) > 5
    assert all(c.end - c.start <= 1000 for c in cuts)
