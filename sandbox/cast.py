"""The people of the sandbox: three citizens, the police desk with two officers, two partners. All are invented."""

from __future__ import annotations

from .partner import Inbox, Office, Place
from .telegram import Telegram
from .view import Actor, Column, Sample

KAZAKH = (
    Sample(
        "Банк атынан қоңырау",
        "8 701 123 45 67 нөмірінен банк атынан қоңырау шалып, SMS-код сұрады",
    ),
    Sample("Ақша аудар деген карта", "Ақшаны осы картаға аударыңыз деді: 4400 4312 3456 7894"),
    Sample(
        "OLX хабарландыруы",
        "https://www.olx.kz/d/obyavlenie/iphone-15-pro-IDSaqBol.html осы сатушы алдын ала төлем сұрап тұр",
    ),
)
RUSSIAN = (
    Sample("Звонок «из банка»", "Звонили с 8 701 123-45-67, представились банком, просили код из SMS"),
    Sample("Карта для перевода", "Просят перевести на карту 4400 4312 3456 7894, говорят «безопасный счёт»"),
    Sample(
        "Объявление на OLX", "Продавец просит предоплату: https://www.olx.kz/d/obyavlenie/iphone-15-pro-IDSaqBol.html"
    ),
)
THIRD = (
    Sample("SMS со ссылкой", "Пришло «посылка ждёт оплаты»: kazpost.example.com/pay"),
    Sample("Номер, который знают", "8 (701) 123 45 67"),
    Sample("Короткий номер банка", "Звонили с 9999, это точно банк?"),
)


def partners() -> Office:
    """A bank and an operator; their columns have no people."""
    return Office(
        Inbox("kaspi", "Kaspi Bank", "bank", 'bank_codes = ["722"], bins = ["440043"]', Place(-71)),
        Inbox("kcell", "Kcell", "operator", 'ranges = ["701", "702", "775", "778"]', Place(-72)),
    )


def cast(telegram: Telegram) -> list[Column]:
    """Makes the people and the desk group, and says who stands in which column."""
    aigul = telegram.person("Айгүл", language="kk", username="aigul_sandbox")
    sergey = telegram.person("Сергей", language="ru", username="sergey_sandbox")
    dana = telegram.person("Дана", language="ru")
    officer = telegram.person("Ерлан", language="ru", username="erlan_sandbox")
    senior = telegram.person("Сауле", language="kk", username="saule_sandbox")
    desk = telegram.group("Дежурная группа", members=[officer, senior], admins=[senior])
    return [
        Column("aigul", aigul, (Actor(aigul),), KAZAKH),
        Column("sergey", sergey, (Actor(sergey),), RUSSIAN),
        Column("dana", dana, (Actor(dana),), THIRD),
        Column("desk", desk, (Actor(officer, "officer"), Actor(senior, "senior"))),
    ]
