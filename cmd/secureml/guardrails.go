package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/guardrails"
	"github.com/secureml/environments/plan"
)

func guardrailsCommand() *cobra.Command {
	var configuration, out string
	var parameters []string
	c := &cobra.Command{
		Use:   "guardrails",
		Short: "Write the guardrails as policies for AWS Organizations",
		Long: `Write the guardrails as service control policies, resource control policies and permissions boundaries.

The policies name what is deployed. Read it in each account with:

  aws ssm get-parameters-by-path --recursive --path /secureml --output json > parameters-<account>.json`,
		Example: "  secureml guardrails --config secureml.yaml --parameters parameters-444455556666.json --out guardrails-policies",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			organization, err := config.Load(configuration)
			if err != nil {
				return err
			}
			values, err := guardrails.ReadParameters(parameters...)
			if err != nil {
				return err
			}
			files, err := guardrails.Export(plan.New(organization), values)
			if err != nil {
				return err
			}
			if err := guardrails.Write(out, files); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), "%d policies written to %s; its README.md says what to attach where\n", len(files), out)
			if organization.OrganizationID == "" {
				fmt.Fprintln(cmd.OutOrStdout(), "no resource control policies: organizationId is not configured")
			}
			return nil
		},
	}
	c.Flags().StringVar(&configuration, "config", "secureml.yaml", "configuration file")
	c.Flags().StringArrayVar(&parameters, "parameters", nil, "file with the parameters of an account; once for each account")
	c.Flags().StringVar(&out, "out", "guardrails-policies", "folder to write, which must be new or empty")
	if err := c.MarkFlagRequired("parameters"); err != nil {
		panic(err) // the flag is defined above
	}
	return c
}
