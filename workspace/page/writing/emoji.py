"""The emoji that apps and people write most as :shortcodes:, in the names that Slack gives them."""

import re

_SHORTCODES = """
+1 👍 -1 👎 thumbsup 👍 thumbsdown 👎 ok_hand 👌 clap 👏 wave 👋 raised_hands 🙌 pray 🙏 muscle 💪 point_right 👉
point_left 👈 point_up 👆 point_down 👇 handshake 🤝 eyes 👀 smile 😄 grin 😁 joy 😂 sweat_smile 😅 laughing 😆 wink 😉
blush 😊 slightly_smiling_face 🙂 upside_down_face 🙃 heart_eyes 😍 thinking_face 🤔 neutral_face 😐 unamused 😒
face_with_rolling_eyes 🙄 roll_eyes 🙄 sleeping 😴 sob 😭 cry 😢 scream 😱 rage 😡 sunglasses 😎 nerd_face 🤓 shrug 🤷
facepalm 🤦 partying_face 🥳 robot_face 🤖 ghost 👻 skull 💀 heart ❤️ broken_heart 💔 sparkles ✨ star ⭐ star2 🌟 fire 🔥
boom 💥 zap ⚡ tada 🎉 confetti_ball 🎊 balloon 🎈 gift 🎁 trophy 🏆 medal 🏅 first_place_medal 🥇 100 💯 rocket 🚀
white_check_mark ✅ heavy_check_mark ✔️ x ❌ negative_squared_cross_mark ❎ warning ⚠️ no_entry ⛔ no_entry_sign 🚫
question ❓ exclamation ❗ bangbang ‼️ information_source ℹ️ bulb 💡 mag 🔍 mag_right 🔎 lock 🔒 unlock 🔓 key 🔑 bell 🔔
no_bell 🔕 mega 📣 loudspeaker 📢 speech_balloon 💬 thought_balloon 💭 memo 📝 pencil ✏️ pencil2 ✏️ clipboard 📋 pushpin 📌
paperclip 📎 link 🔗 scissors ✂️ file_folder 📁 open_file_folder 📂 page_facing_up 📄 bookmark 🔖 books 📚 book 📖
bar_chart 📊 chart_with_upwards_trend 📈 chart_with_downwards_trend 📉 calendar 📅 date 📅 hourglass ⌛
hourglass_flowing_sand ⏳ stopwatch ⏱️ timer_clock ⏲️ alarm_clock ⏰ clock1 🕐 moneybag 💰 dollar 💵 credit_card 💳 coin 🪙
computer 💻 desktop_computer 🖥️ gear ⚙️ wrench 🔧 hammer 🔨 hammer_and_wrench 🛠️ package 📦 inbox_tray 📥 outbox_tray 📤
floppy_disk 💾 wastebasket 🗑️ recycle ♻️ arrows_counterclockwise 🔄 repeat 🔁 arrow_right ➡️ arrow_left ⬅️ arrow_up ⬆️
arrow_down ⬇️ heavy_plus_sign ➕ heavy_minus_sign ➖ double_vertical_bar ⏸️ black_square_for_stop ⏹️ arrow_forward ▶️
large_green_circle 🟢 large_yellow_circle 🟡 large_orange_circle 🟠 red_circle 🔴 large_blue_circle 🔵 white_circle ⚪
black_circle ⚫ large_green_square 🟩 large_red_square 🟥 small_blue_diamond 🔹 small_orange_diamond 🔸 checkered_flag 🏁
triangular_flag_on_post 🚩 test_tube 🧪 microscope 🔬 brain 🧠 seedling 🌱 evergreen_tree 🌲 sunny ☀️ cloud ☁️ rainbow 🌈
snowflake ❄️ cat 🐱 dog 🐶 bug 🐛 turtle 🐢 parrot 🦜 pirate_flag 🏴‍☠️ coffee ☕ beer 🍺 pizza 🍕 cookie 🍪 apple 🍎
stop_button ⏹️ pause_button ⏸️ game_die 🎲 dart 🎯 art 🎨 crystal_ball 🔮 ballot_box_with_ballot 🗳️ scales ⚖️
"""

_WORDS = _SHORTCODES.split()
EMOJI = dict(zip(_WORDS[::2], _WORDS[1::2], strict=True))
_SHORTCODE = re.compile(r":([a-z0-9_+'-]+):")


def emoji(name: str) -> str:
    """Return the emoji of this name, or `:name:` where the page does not know it."""
    return EMOJI.get(name, f":{name}:")


def with_emoji(text: str) -> str:
    """Replace the known :shortcodes: of a plain text."""
    return _SHORTCODE.sub(lambda match: emoji(match[1]), text)
