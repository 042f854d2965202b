package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/lexer"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxNesting of lists and fields in a file. The configuration's own types need less than ten; the parser's time grows
// with the square of it.
const maxNesting = 50

// parseDocument returns the syntax tree of a file with one YAML document, or nil when it reported why there is none.
func parseDocument(r *report, data []byte) ast.Node {
	start := position{1, 1}
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if len(data) > maxFileSize {
		r.addAt(start, "", "larger than 512 KiB; split the organisation into several files")
		return nil
	}
	if where, ok := invalidText(data); !ok {
		r.addAt(where, "", "not UTF-8 text; save the file as UTF-8")
		return nil
	}
	file, err := parseYAML(data)
	if err != nil {
		reportSyntax(r, err)
		return nil
	}
	var documents []ast.Node
	for _, document := range file.Docs {
		if _, directive := document.Body.(*ast.DirectiveNode); !directive && document.Body != nil {
			documents = append(documents, document.Body)
		}
	}
	switch len(documents) {
	case 0:
		r.addAt(start, "", "empty; start from a copy of examples/minimal.yaml")
		return nil
	case 1:
		return documents[0]
	default:
		r.addAt(nodePosition(documents[1]), "", "a second YAML document; keep one organisation in one document")
		return nil
	}
}

// invalidText returns the position of the first byte that is no UTF-8 text, and whether all is text.
func invalidText(data []byte) (position, bool) {
	if utf8.Valid(data) {
		return position{}, true
	}
	where := position{1, 1}
	for len(data) > 0 {
		char, size := utf8.DecodeRune(data)
		if char == utf8.RuneError && size == 1 {
			break
		}
		where.column++
		if char == '\n' {
			where = position{where.line + 1, 1}
		}
		data = data[size:]
	}
	return where, false
}

// parseYAML returns the syntax tree. A defect of the parser that ends in a panic becomes an error: whatever the file
// holds, people get a message.
func parseYAML(data []byte) (file *ast.File, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			file, err = nil, fmt.Errorf("the YAML parser failed on it (%v)", caught)
		}
	}()
	tokens := lexer.Tokenize(string(data))
	if deep := tooDeep(tokens); deep != nil {
		return nil, &yaml.SyntaxError{Message: fmt.Sprintf("more than %d levels deep", maxNesting), Token: deep}
	}
	return parser.Parse(tokens, 0, parser.AllowDuplicateMapKey())
}

// tooDeep returns the first token that is nested deeper than any configuration, or nil.
func tooDeep(tokens token.Tokens) *token.Token {
	flow, line, block := 0, 0, 0
	var columns []int
	for _, t := range tokens {
		switch t.Type {
		case token.SequenceStartType, token.MappingStartType:
			flow++
		case token.SequenceEndType, token.MappingEndType:
			flow = max(0, flow-1)
		case token.SequenceEntryType, token.MappingKeyType:
			if t.Position.Line != line {
				line, block = t.Position.Line, 0
			}
			block++
		case token.MappingValueType:
			if flow > 0 {
				continue
			}
			for len(columns) > 0 && columns[len(columns)-1] >= t.Position.Column {
				columns = columns[:len(columns)-1]
			}
			columns = append(columns, t.Position.Column)
		}
		if flow+block+len(columns) > maxNesting {
			return t
		}
	}
	return nil
}

// reportSyntax turns an error of the parser into a problem.
func reportSyntax(r *report, err error) {
	where, message := position{1, 1}, err.Error()
	var syntax yaml.Error
	if errors.As(err, &syntax) {
		message = syntax.GetMessage()
		where = tokenPosition(syntax.GetToken())
	}
	message = strings.Join(strings.Fields(message), " ")
	r.addAt(where, "", "not valid YAML: %s; correct the indentation, quotes or brackets here", message)
}

func tokenPosition(t *token.Token) position {
	if t == nil || t.Position == nil {
		return position{1, 1}
	}
	return position{t.Position.Line, t.Position.Column}
}

// nodePosition returns where a node starts. The parser keeps the first colon of a mapping as its token, not the first
// key.
func nodePosition(n ast.Node) position {
	if mapping, ok := n.(*ast.MappingNode); ok && len(mapping.Values) > 0 && !mapping.IsFlowStyle {
		return tokenPosition(mapping.Values[0].Key.GetToken())
	}
	return tokenPosition(n.GetToken())
}
