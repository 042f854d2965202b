package decisions

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/secureml/environments/controls"
)

// Outcome is what became of one row for one persona.
type Outcome struct {
	Row   Row
	Who   string
	Query Query
	Answer
	// asked is the request of the row that this is about.
	asked request
}

// AsExpected tells whether the decision is the expected one, a refusal comes from the control that the row names, and
// the request was understood completely.
func (o Outcome) AsExpected() bool {
	if o.Error != "" || len(o.Ignored) > 0 || (o.Decision == Allowed) != (o.Row.Expect == "allow") {
		return false
	}
	return o.Decision == Allowed || o.refusedByNamed()
}

// refusedByNamed tells whether the row's control refuses. Personas that are granted no SageMaker request carry no
// guardrails about them; for those the missing grant is the refusal.
func (o Outcome) refusedByNamed() bool {
	if o.Row.organization {
		return slices.Contains(o.refusedByOrganization(), o.Row.Control)
	}
	refused := o.RefusedBy()
	if slices.Contains(refused, o.Row.Control) {
		return true
	}
	_, special := o.Row.principals[o.Who]
	return !special && o.Query.service() == "sagemaker" && !controls.Persona(o.Who).CallsSageMaker() && slices.Contains(refused, notGranted)
}

// Explain says all that a person needs to see why the row came out as it did.
func (o Outcome) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s (%s): %s\n  %s asks for %s on %s via %s\n", o.Row.Family, o.Row.ID, o.Row.Control, o.Row.About, o.Who, o.Query.Action, o.Query.Resource, o.Row.Via)
	fmt.Fprintf(&b, "  expected %s, got %s", o.Row.Expect, o.Decision)
	if refused := o.RefusedBy(); refused != nil {
		fmt.Fprintf(&b, " by %s", strings.Join(refused, ", "))
	}
	fmt.Fprintln(&b)
	if o.Error != "" {
		fmt.Fprintf(&b, "  the simulator says: %s\n", o.Error)
	}
	if len(o.Ignored) > 0 {
		fmt.Fprintf(&b, "  the action does not know these keys: %s\n", strings.Join(o.Ignored, ", "))
	}
	for _, s := range o.Statements {
		fmt.Fprintf(&b, "  %s %s %s (%s)\n", s.Layer, strings.ToLower(s.Effect), s.Sid, s.Policy)
	}
	for _, key := range slices.Sorted(maps.Keys(o.Query.Context)) {
		fmt.Fprintf(&b, "    %s = %s\n", key, strings.Join(o.Query.Context[key], ", "))
	}
	return b.String()
}

// Evaluate asks the simulator about every row for each of its personas. It fails on a row that cannot be asked.
func Evaluate(s *Simulator, w World, rows []Row) ([]Outcome, error) {
	if err := w.Define(s); err != nil {
		return nil, err
	}
	var outcomes []Outcome
	for _, r := range rows {
		asked, err := w.Ask(r)
		if err != nil {
			return nil, fmt.Errorf("%s %s (%s): %w", r.Family, r.ID, r.About, err)
		}
		outcomes = append(outcomes, asked...)
	}
	return decide(s, outcomes)
}

// decide asks the simulator about the outcomes' queries and returns the outcomes with the answers.
func decide(s *Simulator, outcomes []Outcome) ([]Outcome, error) {
	queries := make([]Query, len(outcomes))
	for i, o := range outcomes {
		queries[i] = o.Query
	}
	answers, err := s.Decide(queries)
	if err != nil {
		return nil, err
	}
	decided := slices.Clone(outcomes)
	for i := range decided {
		decided[i].Answer = answers[i]
	}
	return decided, nil
}

// Ask makes the queries of a row, without answers: each of its personas, each action, each resource, each endpoint.
func (w World) Ask(r Row) ([]Outcome, error) {
	var asked []Outcome
	for _, action := range r.Action {
		if !Known(action) {
			return nil, fmt.Errorf("the action %s does not exist", action)
		}
		for _, resource := range r.Resource {
			for _, endpoint := range r.through() {
				for _, who := range r.Who {
					o := Outcome{Row: r, Who: who, asked: request{action, resource, endpoint}}
					var err error
					if o.Query, err = w.query(r, who, o.asked); err != nil {
						return nil, err
					}
					asked = append(asked, o)
				}
			}
		}
	}
	return asked, nil
}

// WriteSummary counts the outcomes by family. The last columns are about the rows for which it is known what the policies
// of the original workshop decided: how many there are, and for how many it was wrong.
func WriteSummary(w io.Writer, outcomes []Outcome) error {
	type count struct{ rows, asExpected, allowed, referenced, referenceWrong int }
	families := map[string]*count{}
	for _, o := range outcomes {
		for _, name := range []string{o.Row.Family, "together"} {
			c := families[name]
			if c == nil {
				c = &count{}
				families[name] = c
			}
			c.rows++
			c.asExpected += one(o.AsExpected())
			c.allowed += one(o.Row.Expect == "allow")
			c.referenced += one(o.Row.Reference != "")
			c.referenceWrong += one(o.Row.Reference != "" && o.Row.Reference != o.Row.Expect)
		}
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(table, "family\trequests\tas expected\tto be allowed\tknown of the original\tof these it got wrong\t")
	for _, name := range slices.Sorted(maps.Keys(families)) {
		c := families[name]
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t\n", name, c.rows, c.asExpected, c.allowed, c.referenced, c.referenceWrong)
	}
	return table.Flush()
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// depth are the controls that refuse the request, of the organisation's policies only where the row is about those.
func (o Outcome) depth() []string {
	if o.Row.organization {
		return o.refusedByOrganization()
	}
	return o.RefusedBy()
}

// WriteDepth writes for each denied request of hand-written rows which controls refuse it, each on its own, so that a second layer
// that is lost shows although the request is still denied. Personas with the same answer share a line.
func WriteDepth(w io.Writer, outcomes []Outcome) error {
	type answer struct{ request, refused string }
	who := map[answer][]string{}
	for _, o := range outcomes {
		if o.Row.Expect != "deny" || o.Row.ID == generatedID {
			continue
		}
		a := answer{fmt.Sprintf("%s %s %s: %s", o.Row.Family, o.Row.ID, o.Query.Action, o.Row.About), strings.Join(o.depth(), " ")}
		if !slices.Contains(who[a], o.Who) {
			who[a] = append(who[a], o.Who)
		}
	}
	var lines []string
	for a, personas := range who {
		lines = append(lines, fmt.Sprintf("%s | %s | %s\n", a.request, strings.Join(personas, " "), a.refused))
	}
	slices.Sort(lines)
	_, err := io.WriteString(w, strings.Join(lines, ""))
	return err
}
