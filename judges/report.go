package judges

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Report is the outcome of a run.
type Report struct {
	// Templates that were judged.
	Templates int
	Judges    []Asked
	// Open findings have no answer.
	Open []Finding
	// Answered findings have one.
	Answered []Answered
	// Failures are judges that came to no verdict.
	Failures []string
	// places are construct paths by template and logical id.
	places map[[2]string]string
}

// Asked is a judge in a run.
type Asked struct {
	Name string
	// Judged templates in this run, and those whose earlier verdict was Kept.
	Judged, Kept int
	// Skipped says why the judge was not asked; empty if it was.
	Skipped string
}

// Answered is a finding with the reason why it stands.
type Answered struct {
	Finding
	ConstructPath string
	Reason        string
}

// Clean tells that every judge that was asked came to a verdict and that nothing is open.
func (r Report) Clean() bool { return len(r.Open) == 0 && len(r.Failures) == 0 }

func (r *Report) fail(why string) { r.Failures = append(r.Failures, why) }

func (r Report) everybodySpoke() bool {
	return len(r.Failures) == 0 && !slices.ContainsFunc(r.Judges, func(a Asked) bool { return a.Skipped != "" })
}

// Write tells a person the outcome: who judged, what is answered and why, and last, because it is what counts, what is
// open.
func (r Report) Write(w io.Writer) error {
	var text strings.Builder
	r.writeJudges(&text)
	r.writeAnswered(&text)
	r.writeOpen(&text)
	_, err := io.WriteString(w, text.String())
	return err
}

func (r Report) writeJudges(w io.Writer) {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "JUDGE\tJUDGED\tUNCHANGED\tOPEN\tACKNOWLEDGED")
	for _, j := range r.Judges {
		if j.Skipped != "" {
			fmt.Fprintf(table, "%s\tSKIPPED: %s\n", j.Name, j.Skipped)
			continue
		}
		open, answered := 0, 0
		for _, f := range r.Open {
			if f.Judge == j.Name {
				open++
			}
		}
		for _, f := range r.Answered {
			if f.Judge == j.Name {
				answered++
			}
		}
		fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\n", j.Name, j.Judged, j.Kept, open, answered)
	}
	table.Flush()
}

// writeAnswered groups what one reason answers: templates differ little from one another.
func (r Report) writeAnswered(w io.Writer) {
	type group struct {
		rules, places []string
		count         int
	}
	groups := map[string]*group{}
	var reasons []string
	for _, a := range r.Answered {
		g := groups[a.Reason]
		if g == nil {
			g = &group{}
			groups[a.Reason] = g
			reasons = append(reasons, a.Reason)
		}
		rule, _, _ := strings.Cut(a.Rule, "[")
		_, place, _ := strings.Cut(a.ConstructPath, "/")
		g.rules, g.places, g.count = append(g.rules, rule), append(g.places, cmp.Or(place, a.ConstructPath)), g.count+1
	}
	if len(reasons) > 0 {
		fmt.Fprintln(w, "\nACKNOWLEDGED  rules (findings): places, and the reason")
	}
	slices.Sort(reasons)
	for _, reason := range reasons {
		g := groups[reason]
		fmt.Fprintf(w, "  %s (%d): %s\n    %s\n", list(g.rules, 6), g.count, list(g.places, 6), reason)
	}
}

// list joins what is distinct, and of many the first few.
func list(words []string, most int) string {
	words = slices.Clone(words)
	slices.Sort(words)
	words = slices.Compact(words)
	if more := len(words) - most; more > 0 {
		words = append(words[:most], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(words, ", ")
}

func (r Report) writeOpen(w io.Writer) {
	for _, failure := range r.Failures {
		fmt.Fprintf(w, "\nFAILED %s\n", failure)
	}
	open := slices.Clone(r.Open)
	slices.SortStableFunc(open, func(a, b Finding) int {
		return cmp.Or(cmp.Compare(a.Template, b.Template), cmp.Compare(r.place(a), r.place(b)), cmp.Compare(a.Rule, b.Rule))
	})
	template, place := "", ""
	for _, f := range open {
		if f.Template != template || f.Template == "" {
			fmt.Fprintf(w, "\n%s\n", cmp.Or(f.Template, "(all templates)"))
			template, place = f.Template, ""
		}
		if at := cmp.Or(r.place(f), "(the template)"); at != place {
			fmt.Fprintf(w, "  %s\n", at)
			place = at
		}
		fmt.Fprintf(w, "    %s %s (%s): %s\n", f.Severity, f.Rule, f.Judge, shorten(f.Message))
	}
	fmt.Fprintf(w, "\n%d templates, %d findings open, %d acknowledged, %d failures\n", r.Templates, len(r.Open), len(r.Answered), len(r.Failures))
}

// shorten keeps the beginning of a message: some list everything that would be allowed.
func shorten(message string) string {
	const most = 400
	if runes := []rune(message); len(runes) > most {
		return string(runes[:most]) + " ..."
	}
	return message
}

// place is where a finding is, with the logical id for those who look into the template.
func (r Report) place(f Finding) string {
	if path := r.places[[2]string{f.Template, f.LogicalID}]; path != "" && path != f.LogicalID {
		return path + " (" + f.LogicalID + ")"
	}
	return f.LogicalID
}
