package changes

import (
	"fmt"
	"io"
	"text/tabwriter"
)

// Write writes the changes as a table for a person, in the order given, and below it what each means and what to do.
// Changes that mean the same share a note.
func Write(w io.Writer, all []Change) error {
	if len(all) == 0 {
		_, err := fmt.Fprintln(w, "No change that replaces, removes, opens or weakens anything.")
		return err
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "SEVERITY\tCLASS\tSTACK\tRESOURCE\tPROPERTY\tBEFORE\tAFTER\tNOTE")
	notes, numbers := []Change{}, map[string]int{}
	counts := map[Severity]int{}
	for _, c := range all {
		key := c.Why + c.Do
		if numbers[key] == 0 {
			notes = append(notes, c)
			numbers[key] = len(notes)
		}
		counts[c.Severity]++
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t[%d]\n",
			c.Severity, c.Class, c.Stack, orDash(c.name()), orDash(c.Property), orDash(c.Before), orDash(c.After), numbers[key])
	}
	if err := table.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w)
	for i, c := range notes {
		fmt.Fprintf(w, "[%d] %s\n    %s\n", i+1, c.Why, c.Do)
	}
	_, err := fmt.Fprintf(w, "\n%d changes: %d critical, %d high, %d medium, %d low.\n",
		len(all), counts[Critical], counts[High], counts[Medium], counts[Low])
	return err
}

// name is the construct's path where it is known, for it says more than the logical id, which acknowledgements need.
func (c Change) name() string {
	if c.Path == "" {
		return c.Resource
	}
	return c.Resource + " (" + c.Path + ")"
}

func orDash(value string) string {
	if value == "" {
		return "-"
	}
	return value
}
