package facts

import (
	"embed"
	"encoding/json"
	"sync"
)

//go:generate go run -C ../tools/facts .

//go:embed data/*.json
var data embed.FS

// table reads one data file on first use. The files are part of the program,
// so one that can't be read is a fault in the program: it panics.
func table[T any](name string) func() T {
	return sync.OnceValue(func() T {
		var t T
		text, err := data.ReadFile("data/" + name)
		if err == nil {
			err = json.Unmarshal(text, &t)
		}
		if err != nil {
			panic("facts: " + name + ": " + err.Error())
		}
		return t
	})
}
