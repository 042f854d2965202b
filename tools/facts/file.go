package main

import (
	"bytes"
	"encoding/json"
	"fmt"
)

// file is one data file: where its facts come from, and lists of entries.
type file struct {
	source    string
	retrieved string
	lists     []list
}

// list is one named array. Entries are written in the order given, which is
// sorted, one to a line.
type list struct {
	name    string
	entries []any
}

func newFile(s source, detail string, lists ...list) file {
	return file{source: s.String() + ", " + detail, retrieved: s.retrieved, lists: lists}
}

func listOf[T any](name string, entries []T) list {
	l := list{name: name}
	for _, e := range entries {
		l.entries = append(l.entries, e)
	}
	return l
}

func (f file) render() ([]byte, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "{\n  \"source\": %q,\n  \"retrieved\": %q", f.source, f.retrieved)
	for _, l := range f.lists {
		if len(l.entries) == 0 {
			return nil, fmt.Errorf("no %s found", l.name)
		}
		fmt.Fprintf(&b, ",\n  %q: [\n", l.name)
		for i, e := range l.entries {
			line, err := json.Marshal(e)
			if err != nil {
				return nil, err
			}
			b.WriteString("    ")
			b.Write(line)
			if i < len(l.entries)-1 {
				b.WriteByte(',')
			}
			b.WriteByte('\n')
		}
		b.WriteString("  ]")
	}
	b.WriteString("\n}\n")
	return b.Bytes(), nil
}
