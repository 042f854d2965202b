package config

import (
	_ "embed"
	"slices"
)

//go:generate go run -C internal/schemagen .

//go:embed schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of the configuration file, from which editors complete and check it.
// It says what can be said of single values; Load checks everything.
func Schema() []byte {
	return slices.Clone(schema)
}
