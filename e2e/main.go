// Command e2e deploys one environment to a real AWS account, tries it, and removes it. See README.md: it costs money, and it
// has not been run where it was written.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"time"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		stop()
		os.Exit(1)
	}
}

// options of the command line.
type options struct {
	account, consent, report string
	keep                     bool
}

// consentTo is what somebody must write who lets the command loose on the account.
func consentTo(account string) string { return "costs and deletions in " + account }

func parse(arguments []string, out io.Writer) (options, error) {
	var o options
	flags := flag.NewFlagSet("e2e", flag.ContinueOnError)
	flags.SetOutput(out)
	flags.StringVar(&o.account, "account", "", "the account to deploy to, 12 digits; the credentials must be of it")
	flags.StringVar(&o.consent, "consent", "", `"costs and deletions in <account>", word for word`)
	flags.StringVar(&o.report, "report", "e2e-report.md", "file to write the report to")
	flags.BoolVar(&o.keep, "keep", false, "leave everything deployed, and its cost running")
	if err := flags.Parse(arguments); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("%q is not understood; see -help", flags.Arg(0))
	}
	if !regexp.MustCompile(`^[0-9]{12}$`).MatchString(o.account) {
		return o, errors.New("name the account to deploy to with -account and 12 digits; use one that holds nothing else")
	}
	if o.consent != consentTo(o.account) {
		return o, fmt.Errorf("nothing was done. This costs money and deletes what it deployed, see e2e/README.md; if that is wanted, add -consent %q", consentTo(o.account))
	}
	return o, nil
}

func run(ctx context.Context, arguments []string, out io.Writer) error {
	o, err := parse(arguments, out)
	if errors.Is(err, flag.ErrHelp) {
		return nil
	}
	if err != nil {
		return err
	}
	s, err := newSuite(out)
	if err != nil {
		return err
	}
	defer os.RemoveAll(s.folder)
	if err := s.isAccount(ctx, o.account); err != nil {
		return err
	}
	failed := s.everything(ctx, o.account)
	if !o.keep {
		// Also after an interruption, which ends ctx: what is deployed costs money until it is gone.
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Hour)
		defer cancel()
		failed = errors.Join(failed, s.tearDown(last))
	}
	if err := os.WriteFile(o.report, []byte(s.report.markdown()), 0o600); err != nil {
		return errors.Join(failed, err)
	}
	fmt.Fprintf(out, "report: %s\n", o.report)
	return errors.Join(failed, s.report.err())
}
