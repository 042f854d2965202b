package config

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// Problem is one mistake in a configuration file.
type Problem struct {
	// File as it was named to Load or Parse.
	File string
	// Line and Column of the value, from 1. When the field is absent, those of its nearest present parent. Both are 0
	// when the file could not be read.
	Line, Column int
	// Path of the field, for example projects[1].environments[0].network.cidr. Empty for the whole file.
	Path string
	// Message says what is wrong and, after a semicolon, what to write instead.
	Message string
}

// String returns file:line:column: path: message.
func (p Problem) String() string {
	var line strings.Builder
	line.WriteString(p.File)
	if p.Line > 0 {
		fmt.Fprintf(&line, ":%d:%d", p.Line, p.Column)
	}
	if p.Path != "" {
		line.WriteString(": " + p.Path)
	}
	line.WriteString(": " + p.Message)
	return line.String()
}

// Error holds every mistake of a configuration file, sorted by position.
type Error struct {
	Problems []Problem
}

// Error returns one line for each problem.
func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// path of a field in the file, for example projects[0].name.
type path string

func (p path) field(name string) path {
	if p == "" {
		return path(name)
	}
	return p + "." + path(name)
}

func (p path) item(index int) path {
	return path(fmt.Sprintf("%s[%d]", p, index))
}

// parent returns the path without its last part; the parent of a top-level field is the empty path.
func (p path) parent() path {
	if i := strings.LastIndexAny(string(p), ".["); i > 0 {
		return p[:i]
	}
	return ""
}

type position struct{ line, column int }

// report collects the problems of one file. It knows where each field stands, so that a problem needs only a path.
type report struct {
	file string
	// values holds the position of every value that the file gives, keys that of its key.
	values, keys map[path]position
	// failed fields were given, but could not be read. Their mistake is reported; nothing else is said about them.
	failed map[path]bool
	// problems, the set of those seen, and those still to be gathered from several environments.
	problems  []Problem
	seen      map[Problem]bool
	inherited []inheritedProblem
}

// inheritedProblem is a problem of one value in several environments.
type inheritedProblem struct {
	at           path
	message      string
	environments []string
}

func newReport(file string) *report {
	return &report{
		file:   file,
		values: map[path]position{},
		keys:   map[path]position{},
		failed: map[path]bool{},
		seen:   map[Problem]bool{},
	}
}

// given tells whether the file holds a readable value for the field.
func (r *report) given(at path) bool {
	_, present := r.values[at]
	return present && !r.failed[at]
}

// unreadable tells whether a field or one that it is part of could not be read.
func (r *report) unreadable(at path) bool {
	for ; at != ""; at = at.parent() {
		if r.failed[at] {
			return true
		}
	}
	return r.failed[""]
}

// add reports a problem with the value of a field.
func (r *report) add(at path, format string, args ...any) {
	if !r.unreadable(at) {
		r.addAt(r.locate(at), at, format, args...)
	}
}

// addInherited reports a problem that a value has in an environment which inherits it. Environments with the same
// problem share one line.
func (r *report) addInherited(at path, environment, message string) {
	for i := range r.inherited {
		if in := &r.inherited[i]; in.at == at && in.message == message {
			in.environments = append(in.environments, environment)
			return
		}
	}
	r.inherited = append(r.inherited, inheritedProblem{at, message, []string{environment}})
}

// addKey reports a problem with the key of a field.
func (r *report) addKey(at path, format string, args ...any) {
	r.addAt(r.keys[at], at, format, args...)
}

// fail reports that a value could not be read and keeps later checks from complaining about it again.
func (r *report) fail(at path, where position, format string, args ...any) {
	r.addAt(where, at, format, args...)
	r.failed[at] = true
}

func (r *report) addAt(where position, at path, format string, args ...any) {
	p := Problem{
		File:    r.file,
		Line:    where.line,
		Column:  where.column,
		Path:    string(at),
		Message: fmt.Sprintf(format, args...),
	}
	if !r.seen[p] {
		r.seen[p] = true
		r.problems = append(r.problems, p)
	}
}

// missing reports a required field that the file doesn't give; advice says what to write.
func (r *report) missing(at path, advice string) {
	if _, present := r.values[at]; !present {
		r.add(at, "missing; %s", advice)
	}
}

// blamed returns the fields with a problem, and those with one in an entry of theirs.
func (r *report) blamed() map[path]bool {
	fields := map[path]bool{}
	for _, p := range r.problems {
		fields[path(p.Path)], fields[path(p.Path).parent()] = true, true
	}
	for _, in := range r.inherited {
		fields[in.at], fields[in.at.parent()] = true, true
	}
	return fields
}

// locate returns the position of a field or of its nearest present parent.
func (r *report) locate(at path) position {
	for ; at != ""; at = at.parent() {
		if where, present := r.values[at]; present {
			return where
		}
	}
	return r.values[""]
}

// err returns all problems, sorted by position, or nil when there are none.
func (r *report) err() error {
	for _, in := range r.inherited {
		r.add(in.at, "in %s: %s", strings.Join(in.environments, ", "), in.message)
	}
	if len(r.problems) == 0 {
		return nil
	}
	slices.SortStableFunc(r.problems, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Path, b.Path))
	})
	return &Error{Problems: r.problems}
}

// maxShown is how many characters of a wrong value are repeated in a message.
const maxShown = 80

// show returns a value for a message: as written when that is unmistakable, else quoted, so that a problem stays on
// one line.
func show(value string) string {
	if runes := []rune(value); len(runes) > maxShown {
		value = string(runes[:maxShown]) + "..."
	}
	plain := value != "" && !strings.ContainsFunc(value, func(r rune) bool {
		return unicode.IsSpace(r) || !unicode.IsPrint(r) || strings.ContainsRune(`;"`, r)
	})
	if plain {
		return value
	}
	return strconv.Quote(value)
}
