set -e
words=(one "two" three)
echo "${words[1]} of $HOW_MANY"
