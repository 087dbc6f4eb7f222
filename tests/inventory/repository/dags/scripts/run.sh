echo {{ run_id }} {{ var.json.paths.export }}
