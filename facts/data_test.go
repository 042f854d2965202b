package facts

import (
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"
	"time"
)

// keyOf says by which members the entries of a file's lists are sorted and
// unique; "" is the entry itself.
var keyOf = map[string][]string{
	"availability-zones.json":     {"region"},
	"codeartifact-buckets.json":   {"region"},
	"endpoint-services.json":      {"service"},
	"image-registries.json":       {"region", "account"},
	"instance-types.json":         {"name"},
	"jumpstart-buckets.json":      {"region"},
	"local-storage-unlisted.json": {"family"},
	"local-storage.json":          {""},
	"log-retention.json":          {""},
	"regions.json":                {"name"},
	"resource-types.json":         {"type"},
	"resource-types-missing.json": {"type"},
	"s3-prefix-lists.json":        {"region"},
}

func TestDataFiles(t *testing.T) {
	entries, err := fs.ReadDir(data, "data")
	if err != nil {
		t.Fatal(err)
	}
	if len(entries) != len(keyOf) {
		t.Errorf("%d files, want %d", len(entries), len(keyOf))
	}
	for _, entry := range entries {
		t.Run(entry.Name(), func(t *testing.T) {
			text, err := data.ReadFile("data/" + entry.Name())
			if err != nil {
				t.Fatal(err)
			}
			var file map[string]any
			if err := json.Unmarshal(text, &file); err != nil {
				t.Fatal(err)
			}
			if source, _ := file["source"].(string); len(source) < len("package x 1.0") {
				t.Errorf("source %q says nothing", source)
			}
			retrieved, _ := file["retrieved"].(string)
			if _, err := time.Parse(time.DateOnly, retrieved); err != nil {
				t.Errorf("retrieved: %v", err)
			}
			keys, ok := keyOf[entry.Name()]
			if !ok {
				t.Fatal("file without a key")
			}
			lists, lines := 0, 0
			for name, value := range file {
				if list, ok := value.([]any); ok {
					lists, lines = lists+1, lines+len(list)
					if len(list) == 0 {
						t.Errorf("%s is empty", name)
					}
					checkAscending(t, name, list, keys)
				}
			}
			if lists == 0 {
				t.Error("no facts")
			}
			// The braces, source, retrieved and the brackets of each list make
			// up the rest.
			if got, want := strings.Count(string(text), "\n"), 4+2*lists+lines; got != want {
				t.Errorf("%d lines, want %d: one entry per line", got, want)
			}
		})
	}
}

func checkAscending(t *testing.T, name string, list []any, keys []string) {
	t.Helper()
	var before []string
	last := -1.0
	for i, entry := range list {
		if n, ok := entry.(float64); ok {
			if n <= last {
				t.Errorf("%s[%d]: %v after %v", name, i, n, last)
			}
			last = n
			continue
		}
		var key []string
		for _, k := range keys {
			part, ok := entry.(string)
			if k != "" {
				part, ok = entry.(map[string]any)[k].(string)
			}
			if !ok || part == "" {
				t.Fatalf("%s[%d]: no %q", name, i, k)
			}
			key = append(key, part)
		}
		if slices.Compare(key, before) <= 0 {
			t.Errorf("%s[%d]: %v after %v", name, i, key, before)
		}
		before = key
	}
}
