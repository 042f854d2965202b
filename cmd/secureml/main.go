// Command secureml is for the people who run secure machine-learning environments.
package main

import (
	"fmt"
	"os"

	"github.com/spf13/cobra"
)

func main() {
	if err := command().Execute(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// command is the root of all commands.
func command() *cobra.Command {
	root := &cobra.Command{
		Use:           "secureml",
		Short:         "Work with secure machine-learning environments",
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.AddCommand(guardrailsCommand())
	return root
}
