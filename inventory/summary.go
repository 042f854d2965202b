package inventory

import (
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/secureml/environments/controls"
)

// WriteSummary tells a person what was synthesized and where it lies.
func (a Assembly) WriteSummary(w io.Writer) error {
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "STACK\tACCOUNT\tREGION\tRESOURCES")
	for _, s := range a.Stacks {
		fmt.Fprintf(table, "%s\t%s\t%s\t%d\n", s.ID, orDeployers(s.Account), orDeployers(s.Region), len(s.Template.Resources))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "%d stacks, %d resources, %d of %d controls in force. Templates: %s/*.template.json\n",
		len(a.Stacks), a.ResourceCount(), len(a.Controls()), len(controls.Catalogue()), a.Directory)
	return err
}

func orDeployers(value string) string {
	if value == "" {
		return "(deployer's)"
	}
	return value
}
