#!/bin/bash
# Counts the orders of a day.
set -e
day="{{ ds }}"
for shop in {% for shop in params.shops %}{{ shop }} {% endfor %}; do
  echo "$shop on $day"
done
