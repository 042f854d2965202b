package decisions

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/secureml/environments/inventory"
)

// Decision of a request.
type Decision string

// The decisions, in the simulator's words.
const (
	Allowed          Decision = "Allowed"
	ExplicitlyDenied Decision = "ExplicitlyDenied"
	ImplicitlyDenied Decision = "ImplicitlyDenied"
)

// Query is one request with the names of the document sets that apply to it.
type Query struct {
	Principal, Action, Resource string
	// ResourceAccount owns the resource.
	ResourceAccount string
	Context         map[string][]string
	// Identity, Boundary, Endpoint, Organization (service control) and ResourceControl name sets given to Define;
	// Resource policy is one set or empty.
	Identity, Boundary, Endpoint, Organization, ResourceControl []string
	ResourcePolicy                                              string
}

// service is the prefix of the action.
func (q Query) service() string {
	prefix, _, _ := strings.Cut(q.Action, ":")
	return prefix
}

// crossAccount tells whether the resource belongs to another account than the caller's.
func (q Query) crossAccount() bool {
	account := q.Context["aws:PrincipalAccount"]
	return len(account) == 1 && account[0] != q.ResourceAccount
}

// byService tells whether an AWS service makes the request, for itself.
func (q Query) byService() bool {
	return slices.Equal(q.Context["aws:PrincipalIsAWSService"], []string{"true"})
}

// Answer to a query.
type Answer struct {
	Decision Decision
	// Ignored are context keys that the action does not know: the query is wrong.
	Ignored []string
	// Statements that matched the request, of all layers.
	Statements []Matched
	// Layers say what each layer decides on its own: identity, boundary, endpoint, resource, scp, rcp. A layer that does
	// not apply to the request is missing.
	Layers map[string]string
	Error  string
}

// Matched is a statement that matched a request.
type Matched struct{ Layer, Effect, Sid, Policy string }

// Simulator is a running simulator process. It is not safe for concurrent use.
type Simulator struct {
	command *exec.Cmd
	in      *bufio.Writer
	pipe    io.Closer
	out     *json.Decoder
	defined map[string]bool
}

// ErrNoSimulator means that the simulator is not installed.
var ErrNoSimulator = errors.New("the IAM simulator is not installed; make test installs it")

// Start starts the simulator that is installed below root/tools/simulator.
func Start(root string) (*Simulator, error) {
	directory := filepath.Join(root, "tools", "simulator")
	if _, err := os.Stat(filepath.Join(directory, "node_modules")); err != nil {
		return nil, ErrNoSimulator
	}
	command := exec.Command("node", filepath.Join(directory, "worker.mjs"))
	command.Stderr = os.Stderr
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	return &Simulator{command: command, in: bufio.NewWriter(in), pipe: in, out: json.NewDecoder(bufio.NewReader(out)), defined: map[string]bool{}}, nil
}

// Close ends the process.
func (s *Simulator) Close() error {
	return errors.Join(s.in.Flush(), s.pipe.Close(), s.command.Wait())
}

// Define gives documents a name, once.
func (s *Simulator) Define(name string, documents []inventory.Document) error {
	if s.defined[name] {
		return nil
	}
	s.defined[name] = true
	type member struct {
		Name   string          `json:"name"`
		Policy json.RawMessage `json:"policy"`
	}
	members := []member{}
	for _, d := range documents {
		if d.JSON != nil {
			members = append(members, member{Name: d.Name, Policy: d.JSON})
		}
	}
	return s.send(map[string]any{"define": name, "documents": members})
}

// Decide answers the queries in order. The process works while they are sent, so they go over together.
func (s *Simulator) Decide(queries []Query) ([]Answer, error) {
	sent := make(chan error, 1)
	go func() {
		for i, q := range queries {
			if err := s.send(message(i, q)); err != nil {
				sent <- err
				return
			}
		}
		sent <- s.in.Flush()
	}()
	answers := make([]Answer, len(queries))
	for i := range queries {
		var reply struct {
			ID int
			Answer
		}
		if err := s.out.Decode(&reply); err != nil {
			return nil, fmt.Errorf("the simulator stopped: %w", errors.Join(err, <-sent))
		}
		if reply.ID != i {
			return nil, fmt.Errorf("the simulator answers query %d with the answer to %d", i, reply.ID)
		}
		answers[i] = reply.Answer
	}
	return answers, <-sent
}

func message(id int, q Query) map[string]any {
	m := map[string]any{
		"id": id,
		"request": map[string]any{
			"principal": q.Principal, "action": q.Action,
			"resource":         map[string]any{"resource": q.Resource, "accountId": q.ResourceAccount},
			"contextVariables": context(q.Context),
		},
		"identity": q.Identity, "boundary": q.Boundary, "endpoint": q.Endpoint, "organization": q.Organization,
		"resourceControl": q.ResourceControl,
	}
	if q.ResourcePolicy != "" {
		m["resource"] = q.ResourcePolicy
	}
	return m
}

// context sends single values as text and sets as lists. An empty list is an empty set.
func context(values map[string][]string) map[string]any {
	out := map[string]any{}
	for key, v := range values {
		if len(v) == 1 {
			out[key] = v[0]
		} else {
			out[key] = v
		}
	}
	return out
}

func (s *Simulator) send(v any) error {
	text, err := json.Marshal(v)
	if err != nil {
		return err
	}
	_, err = s.in.Write(append(text, '\n'))
	return err
}
