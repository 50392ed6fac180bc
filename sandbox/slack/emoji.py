"""The emoji shortcodes that are shown as characters, by the terminal and the page alike."""

EMOJI = {
    "white_check_mark": "✅", "heavy_check_mark": "✔️", "x": "❌", "no_entry": "⛔",
    "no_entry_sign": "🚫", "warning": "⚠️", "hourglass": "⌛", "unlock": "🔓", "lock": "🔒",
    "hourglass_flowing_sand": "⏳", "key": "🔑", "closed_lock_with_key": "🔐", "bell": "🔔",
    "alarm_clock": "⏰", "clock1": "🕐", "stopwatch": "⏱️", "tada": "🎉", "eyes": "👀",
    "rotating_light": "🚨", "information_source": "ℹ️", "mag": "🔍", "memo": "📝", "wave": "👋",
    "pencil": "📝", "pencil2": "✏️", "arrow_right": "➡️", "arrow_forward": "▶️", "link": "🔗",
    "repeat": "🔁", "recycle": "♻️", "wastebasket": "🗑️", "gear": "⚙️", "robot_face": "🤖",
    "bust_in_silhouette": "👤", "busts_in_silhouette": "👥", "speech_balloon": "💬",
    "ballot_box_with_check": "☑️", "white_circle": "⚪", "red_circle": "🔴", "green_circle": "🟢",
    "large_green_circle": "🟢", "large_yellow_circle": "🟡", "large_orange_circle": "🟠",
    "large_blue_circle": "🔵", "black_circle": "⚫", "white_large_square": "⬜", "zap": "⚡",
    "rocket": "🚀", "shield": "🛡️", "wheel_of_dharma": "☸️", "thumbsup": "👍", "+1": "👍",
    "thumbsdown": "👎", "-1": "👎", "question": "❓", "exclamation": "❗", "bulb": "💡",
    "point_right": "👉", "fire": "🔥", "bug": "🐛", "package": "📦", "books": "📚", "house": "🏠",
    "slightly_smiling_face": "🙂", "smile": "😄", "pray": "🙏", "sos": "🆘", "stop_sign": "🛑",
    "construction": "🚧", "card_index": "📇", "clipboard": "📋", "calendar": "📅", "door": "🚪",
    "hammer_and_wrench": "🛠️", "heavy_minus_sign": "➖", "heavy_plus_sign": "➕", "new": "🆕",
}  # fmt: skip
