#!/bin/sh
# What Transcription:Command expects, from Debian's pocketsphinx: one JSON object a line.
# usage: pocketsphinx.sh SOUND.wav    (16 kHz, 16 bit, mono)
set -eu
said="$(pocketsphinx_continuous -infile "$1" -time yes -dither yes -seed 1 -vad_threshold 3 2>/dev/null)"
# Dithered, because it mishears what follows on silence without any noise. Each utterance is its words on a line, then a line a word: word start end probability. <s>, <sil> and the like are no words.
printf '%s\n' "$said" | awk '
  function tell() {
    if (text != "") printf "{\"start\": %.3f, \"end\": %.3f, \"text\": \"%s\", \"confidence\": %.3f}\n", from, to, text, sure / words
    text = ""; words = 0; sure = 0
  }
  NF == 4 && $2 ~ /^[0-9.]+$/ && $3 ~ /^[0-9.]+$/ {
    if ($1 == "</s>" || $1 == "<s>") { tell(); next }
    if ($1 ~ /^[<\[+]/) next
    word = $1; sub(/\([0-9]+\)$/, "", word); gsub(/["\\]/, "", word)
    if (text == "") from = $2
    text = text (text == "" ? "" : " ") word
    to = $3; words++; sure += ($4 > 1 ? 1 : $4)
  }
  END { tell() }'
