package decisions

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
)

// Outcome is what became of one row for one persona.
type Outcome struct {
	Row   Row
	Who   string
	Query Query
	Answer
}

// AsExpected tells whether the decision is the expected one, and the request was understood completely.
func (o Outcome) AsExpected() bool {
	return o.Error == "" && len(o.Ignored) == 0 && (o.Decision == Allowed) == (o.Row.Expect == "allow")
}

// Explain says all that a person needs to see why the row came out as it did.
func (o Outcome) Explain() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s (%s): %s\n  %s asks for %s on %s via %s\n", o.Row.Family, o.Row.ID, o.Row.Control, o.Row.About, o.Who, o.Query.Action, o.Query.Resource, o.Row.Via)
	fmt.Fprintf(&b, "  expected %s, got %s\n", o.Row.Expect, o.Decision)
	if o.Error != "" {
		fmt.Fprintf(&b, "  the simulator says: %s\n", o.Error)
	}
	if len(o.Ignored) > 0 {
		fmt.Fprintf(&b, "  the action does not know these keys: %s\n", strings.Join(o.Ignored, ", "))
	}
	for _, s := range o.Statements {
		fmt.Fprintf(&b, "  %s %s %s (%s)\n", s.Layer, strings.ToLower(s.Effect), s.Sid, s.Policy)
	}
	for key, values := range o.Query.Context {
		fmt.Fprintf(&b, "    %s = %s\n", key, strings.Join(values, ", "))
	}
	return b.String()
}

// Evaluate asks the simulator about every row for each of its personas. It fails on a row that cannot be asked.
func Evaluate(s *Simulator, w World, rows []Row) ([]Outcome, error) {
	if err := w.Define(s); err != nil {
		return nil, err
	}
	var outcomes []Outcome
	var queries []Query
	for _, r := range rows {
		if !Known(r.Action) {
			return nil, fmt.Errorf("%s %s: the action %s does not exist", r.Family, r.ID, r.Action)
		}
		for _, who := range r.Who {
			q, err := w.Query(r, who)
			if err != nil {
				return nil, fmt.Errorf("%s %s (%s): %w", r.Family, r.ID, r.About, err)
			}
			queries = append(queries, q)
			outcomes = append(outcomes, Outcome{Row: r, Who: who, Query: q})
		}
	}
	answers, err := s.Decide(queries)
	if err != nil {
		return nil, err
	}
	for i := range outcomes {
		outcomes[i].Answer = answers[i]
	}
	return outcomes, nil
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
