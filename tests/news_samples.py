"""Short news texts of our own in Polish, Russian, Chinese and English: who must be found, and who must not.

Each row: watched names (aliases after ``=``), the text, the entries it must name (``match``), and those that
it must not (a ``possible`` is fine there: a person decides).
"""

from typing import NamedTuple


class News(NamedTuple):
    """One text. ``watched`` holds ``Name=alias=alias``; ``named`` and ``other`` are entries."""

    watched: tuple[str, ...]
    text: str
    named: tuple[str, ...]
    other: tuple[str, ...] = ()


POLISH = [
    News(("Huawei",), "Waszyngton zaostrza sankcje wobec Huaweia, ale nie jest to koniec sporu.", ("Huawei",)),
    News(("Huawei",), "Rząd nie podpisze umowy z Huaweiem, który buduje sieć 5G.", ("Huawei",)),
    News(("TikTok",), "Zakaz używania TikToka na telefonach służbowych wejdzie w życie w maju.", ("TikTok",)),
    News(("TikTok",), "O TikToku mówi się w Sejmie od tygodnia, ale bez decyzji.", ("TikTok",)),
    News(("Gazprom",), "Rosyjskiemu Gazpromowi grożą kolejne kary, a z Gazpromem nikt nie rozmawia.", ("Gazprom",)),
    News(("Lukoil=Łukoil",), "Stacje Łukoilu przejmie państwo, jak podał minister.", ("Lukoil",)),
    News(("Alipay",), "Turyści zapłacą Alipayem w każdym sklepie.", ("Alipay",)),
    News(("ByteDance",), "Komisja wezwała szefów ByteDance'a do złożenia wyjaśnień.", ("ByteDance",)),
    News(("ByteDance",), "Senat grozi ByteDance’owi zakazem, o czym pisze prasa.", ("ByteDance",)),
    News(("Tencent",), "Akcje Tencentu spadły o 3 proc., bo Pentagon wpisał go na listę.", ("Tencent",)),
    News(("Kaspersky=Kaspersky Lab",), "Urząd ostrzega przed antywirusem Kaspersky'ego.", ("Kaspersky",)),
    News(("Orlen",), "Rada nadzorcza Orlenu odwołała prezesa, a z Orlenem żegna się też jego zastępca.", ("Orlen",)),
    News(("Biedronka",), "Biedronce grozi kara UOKiK za ceny przy kasie.", ("Biedronka",)),
    News(("Biedronka",), "Na liściu siedziała biedronka w czarne kropki.", (), ("Biedronka",)),
    News(("Allegro",), "Utwór należy grać w tempie allegro, a nie wolniej.", (), ("Allegro",)),
    News(("Tesla",), "Akcje Tesli spadły na giełdzie po wynikach za kwartał.", ("Tesla",)),
    News(("Tesla",), "Nikola Tesla urodził się w Smiljanie i przez lata mieszkał w Nowym Jorku.", (), ("Tesla",)),
    News(("Nokia",), "Nowa umowa Nokii z wojskiem jest warta miliard.", ("Nokia",)),
    News(("SMIC",), "Nowe ograniczenia dla SMIC-u ogłosił Departament Handlu.", ("SMIC",)),
    News(("CATL",), "Ford współpracuje z CATL-em przy budowie fabryki.", ("CATL",)),
    News(("Google",), "Komisja Europejska ukarała Google'a, jak podaje prasa.", ("Google",)),
    News(("Facebook",), "Prezes Facebooka zeznawał przed Kongresem.", ("Facebook",)),
    News(("Rosnieft",), "Kontrola nad rafinerią Rosniefti w Niemczech pozostaje bez zmian.", ("Rosnieft",)),
    News(("Sberbank",), "Unia odłączyła Sbierbank i Sberbanka od systemu SWIFT.", ("Sberbank",)),
    News(("Bank Rossija",), "Sankcje objęły też akcjonariuszy Banku Rossija.", ("Bank Rossija",)),
    News(("Grupa Azoty",), "Rada Grupy Azoty zbierze się w środę, a z Grupą Azoty rozmawia bank.", ("Grupa Azoty",)),
    News(("Nowatek",), "Projekt Nowateku na Jamale stoi, bo nie ma statków.", ("Nowatek",)),
]  # fmt: skip

RUSSIAN = [
    News(("Huawei=Хуавэй",), "США ввели новые ограничения против «Хуавэя».", ("Huawei",)),
    News(("Alipay=Алипэй",), "Пользователи Алипэя не смогут оплатить покупки.", ("Alipay",)),
    News(("TikTok=ТикТок",), "Владелец «Тиктока» подал в суд на власти США.", ("TikTok",)),
    News(("TikTok=ТикТок",), "В ТикТоке появились ролики, а ТикТоком недовольны в Сенате.", ("TikTok",)),
    News(("Gazprom=Газпром",), "С «Газпромом» разорван договор, «Газпрому» выставлен счёт.", ("Gazprom",)),
    News(("Lukoil=Лукойл",), "Активы «Лукойла» за рубежом заморожены.", ("Lukoil",)),
    News(("Rosneft=Роснефть",), "Доля в «Роснефти» продана, «Роснефтью» управляет государство.", ("Rosneft",)),
    News(("Kaspersky=Лаборатория Касперского",), "Продукты Лаборатории Касперского запретили в США.", ("Kaspersky",)),
    News(("Yandex=Яндекс",), "Основатель Яндекса исключён из списка ЕС.", ("Yandex",)),
    News(("Aeroflot=Аэрофлот",), "Самолёты Аэрофлота остались в Китае, с Аэрофлотом ведут переговоры.", ("Aeroflot",)),
    News(("AvtoVAZ=АвтоВАЗ",), "Поставки АвтоВАЗу остановлены, акции АвтоВАЗа упали.", ("AvtoVAZ",)),
    News(("Severstal=Северсталь",), "Экспорт «Северстали» в Европу прекращён.", ("Severstal",)),
    News(("Norilsk=Норильский никель=Норникель",), "Санкции не коснутся Норильского никеля.", ("Norilsk",)),
    News(("Norilsk=Норникель",), "Глава «Норникеля» попал под санкции Британии.", ("Norilsk",)),
    News(("Alrosa=Алроса",), "Алмазы Алросы запрещены к ввозу; «Алросе» закрыли счета.", ("Alrosa",)),
    News(("Moscow Exchange=Московская биржа",), "Торги долларом на Московской бирже остановлены.", ("Moscow Exchange",)),
    News(("Rostec=Ростех",), "Дочерние компании Ростеха внесены в список.", ("Rostec",)),
    News(("Rusal=Русал",), "С «Русала» сняты санкции США.", ("Rusal",)),
    News(("Rusal=Русал",), "Русалка сидела на ветвях, и никто её не видел.", (), ("Rusal",)),
    News(("Megafon=МегаФон",), "Полицейский кричал в мегафон, чтобы толпа разошлась.", (), ("Megafon",)),
    News(("Ozon=Озон",), "Озоновый слой восстанавливается, и озона стало больше.", (), ("Ozon",)),
    News(("Visa=Виза",), "Виза в США теперь стоит дороже, получить визу труднее.", (), ("Visa",)),
    News(("Tesla=Тесла",), "Акции Теслы подешевели после отчёта.", ("Tesla",)),
    News(("VTB=ВТБ",), "Великобритания заморозила активы банка ВТБ.", ("VTB",)),
    News(("Huawei",), "Минторг США расширил список запретов для Huawei и её дочерних компаний.", ("Huawei",)),
    News(("Pyaterochka=Пятёрочка",), "В «Пятерочке» подорожали яйца, сообщила пресс-служба.", ("Pyaterochka",)),
    News(("Sber=Сбер=Сбербанк",), "Сбербанку разрешили операции, приложение Сбера удалили из магазина.", ("Sber",)),
    News(("Sovcomflot=Совкомфлот",), "Танкеры Совкомфлота внесены в чёрный список Минфина США.", ("Sovcomflot",)),
    News(("Sovcomflot=Совкомфлот",), "Суда «Совкомфлоту» больше не страхуют.", ("Sovcomflot",)),
]  # fmt: skip

CHINESE = [
    News(("Huawei=华为",), "美国商务部周一将华为列入实体清单。", ("Huawei",)),
    News(("Huawei=华为",), "美國商務部週一將華為及其子公司列入實體清單。", ("Huawei",)),
    News(("Huawei=华为",), "他才华为众人所知，中华为之骄傲。", (), ("Huawei",)),
    News(("Alipay=支付宝", "WeChat Pay=微信支付"), "行政令禁止與支付寶和微信支付進行交易。", ("Alipay", "WeChat Pay")),
    News(("ByteDance=字节跳动", "TikTok"), "字節跳動旗下TikTok面臨出售。", ("ByteDance", "TikTok")),
    News(("Tencent=腾讯",), "騰訊控股股價週三下跌百分之三。", ("Tencent",)),
    News(("Xiaomi=小米",), "小米集团起诉美国国防部，要求撤销名单。", ("Xiaomi",)),
    News(("Xiaomi=小米",), "早餐是一碗小米粥和两个鸡蛋。", (), ("Xiaomi",)),
    News(("Apple=苹果",), "孩子们在果园里吃苹果，苹果很甜。", (), ("Apple",)),
    News(("Qualcomm=高通",), "央行担心油价会推高通胀。", (), ("Qualcomm",)),
    News(("Qualcomm=高通",), "市场监管总局对高通公司立案调查。", ("Qualcomm",)),
    News(("JD.com=京东",), "活动在北京东部举行，北京东城区政府表示欢迎。", (), ("JD.com",)),
    News(("JD.com=京东",), "京东集团发布财报，营收增长。", ("JD.com",)),
    News(("Meituan=美团",), "欧美团体对此表示抗议。", (), ("Meituan",)),
    News(("Meituan=美团",), "美团被处以罚款，美团股价下跌。", ("Meituan",)),
    News(("Baidu=百度",), "气温高达一百度以上，炉内可达三百度。", (), ("Baidu",)),
    News(("Lenovo=联想",), "这让人联想到去年的事件。", (), ("Lenovo",)),
    News(("Lenovo=联想",), "联想集团宣布收购一家公司。", ("Lenovo",)),
    News(("Hikvision=海康威视",), "美國將海康威視列入黑名單。", ("Hikvision",)),
    News(("SMIC=中芯国际",), "美国限制对中芯国际出口设备。", ("SMIC",)),
    News(("DJI=大疆",), "五角大楼将大疆列为中国军事企业。", ("DJI",)),
    News(("Geely=吉利",), "吉利汽车将在欧洲建厂。", ("Geely",)),
    News(("Ping An=平安",), "祝大家一路平安，平安到家。", (), ("Ping An",)),
    News(("Bank of China=中国银行",), "中国银行业协会发布报告。", (), ("Bank of China",)),
    News(("Alibaba=阿里巴巴=阿里",), "游客登上阿里山看日出。", (), ("Alibaba",)),
    News(("ZTE=中兴通讯=中兴",), "美国解除对中兴通讯的禁令，中興股價上漲。", ("ZTE",)),
    News(("Didi=滴滴=滴滴出行",), "国家网信办下架滴滴出行应用。", ("Didi",)),
    News(("Didi=滴滴",), "雨水滴滴答答地落在屋檐上。", (), ("Didi",)),
]  # fmt: skip

ENGLISH = [
    News(("Huawei",), "Anti-Huawei sentiment grows as Huawei-made gear is removed.", ("Huawei",)),
    News(("TikTok",), "TikTok’s U.S. arm sued; the TikTok-owner did not comment.", ("TikTok",)),
    News(("Gap",), "The wage gap widened. Gap years are popular.", (), ("Gap",)),
    News(("Ant Group=Ant",), "Ant Group was fined. Ant said it would comply.", ("Ant Group",)),
    News(("Visa",), "The embassy issued her visa on Friday; the Visa Office is closed.", (), ("Visa",)),
    News(("Lukoil",), "Lukoil's refinery in Burgas and LUKOIL stations were seized.", ("Lukoil",)),
    News(("China Mobile",), "China Mobile, China Telecom and China Unicom were delisted.", ("China Mobile",)),
    News(("Line",), "The picket line held; a line of credit was opened.", (), ("Line",)),
]  # fmt: skip

#: Read wrongly so far: a river, a person and half of another word are taken for the company.
STILL_WRONG = [
    News(("Wisła",), "Woda w Wiśle opada, bo od tygodni nie padało.", (), ("Wisła",)),
    News(("Tesla=Тесла",), "Никола Тесла родился в Хорватии, и музей Николы Теслы стоит в Белграде.", (), ("Tesla",)),
    News(("Geely=吉利",), "老人觉得这个数字不吉利。", (), ("Geely",)),
]  # fmt: skip
