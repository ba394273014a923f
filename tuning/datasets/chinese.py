"""Telling whether a Chinese text mixes two ways of writing."""

import re
from typing import Final

_SIMPLIFIED: Final = frozenset(
    "们这来时国学对会说还没开过么见钱长门问间车东马鸟龙书买卖让认识话语请谢谁难边远进运动务员产业实现经济电脑网络给红绿纸约"
    "线结组织级继续维护讲论记设访证评词试该详误课调读变让应该帮关兴举义乐习乡亲仅仓优伟传伤储儿欢个园气爱体点观厅价为双"
)
_TRADITIONAL: Final = frozenset(
    "們這來時國學對會說還沒開過麼見錢長門問間車東馬鳥龍書買賣讓認識話語請謝誰難邊遠進運動務員產業實現經濟電腦網絡給紅綠紙約"
    "線結組織級繼續維護講論記設訪證評詞試該詳誤課調讀變讓應該幫關興舉義樂習鄉親僅倉優偉傳傷儲兒歡個園氣愛體點觀廳價為雙"
)
_A_TRADITIONAL = re.compile(f"[{''.join(sorted(_TRADITIONAL))}]")
_LOOKED_AT: Final = 2_000
_FEWEST: Final = 2
_HALF_WIDTH_SIGNS: Final = ",;?!"
_HALF_WIDTH = re.compile("[\u4e00-\u9fff][,;?!][\u4e00-\u9fff]")
_FULL_WIDTH = re.compile("[，；？！。]")


def mixture_in(text: str) -> str:
    """`scripts` or `punctuation`, with a key of the catalogue `chinese.<name>`; empty where nothing is mixed.

    Two characters of each kind are needed: one may be a name.
    """
    if text.isascii():
        return ""
    beginning = text[:_LOOKED_AT]
    if _A_TRADITIONAL.search(beginning):
        characters = set(beginning)
        if len(characters & _SIMPLIFIED) >= _FEWEST and len(characters & _TRADITIONAL) >= _FEWEST:
            return "scripts"
    for sign in _HALF_WIDTH_SIGNS:
        if sign in beginning:
            return "punctuation" if _HALF_WIDTH.search(text) and _FULL_WIDTH.search(text) else ""
    return ""
