package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/secureml/environments/config"
	"github.com/secureml/environments/controls"
	"github.com/secureml/environments/decisions"
	"github.com/secureml/environments/inventory"
	"github.com/secureml/environments/plan"
)

const (
	configuration = "e2e/organization.yaml"
	pause         = 20 * time.Second
)

// suite is one run against an account.
type suite struct {
	plan   plan.Plan
	client client
	out    io.Writer
	// folder of the assembly and of answers.
	folder string
	report report
	// road is there once the environment is deployed.
	road *road
}

func newSuite(out io.Writer) (*suite, error) {
	organization, err := config.Load(configuration)
	if err != nil {
		return nil, fmt.Errorf("%w; run e2e in the folder of the repository", err)
	}
	folder, err := os.MkdirTemp("", "e2e")
	if err != nil {
		return nil, err
	}
	p := plan.New(organization)
	return &suite{plan: p, client: commandLine{p.Environments[0].Target.Region}, out: out, folder: folder}, nil
}

// environment is the one that is deployed.
func (s *suite) environment() plan.Environment { return s.plan.Environments[0] }

// isAccount fails unless the credentials are of the account that was named.
func (s *suite) isAccount(ctx context.Context, account string) error {
	answer, err := s.client.do(ctx, call{"sts", "GetCallerIdentity", map[string]any{}})
	if err != nil {
		return fmt.Errorf("the credentials do not work: %w", err)
	}
	if answer["Account"] != account {
		return fmt.Errorf("nothing was done: the credentials are of account %v, not of %s", answer["Account"], account)
	}
	return nil
}

// everything deploys and tries. What does not come out as it should is in the report; an error means that it could not go on.
func (s *suite) everything(ctx context.Context, account string) error {
	assembly := filepath.Join(s.folder, "cdk.out")
	if err := s.cdk(ctx, "synth", "--quiet", "-c", "config="+configuration, "--output", assembly); err != nil {
		return err
	}
	shared := s.plan.SharedServices[0]
	for _, stack := range []string{shared.StackName() + "-" + shared.Target.Region, s.environment().StackName()} {
		if err := s.cdk(ctx, "deploy", "--app", assembly, "--exclusively", "--require-approval", "never", stack); err != nil {
			return err
		}
	}
	parameters, err := s.parameters(ctx)
	if err != nil {
		return err
	}
	if _, err := s.environment().DeployedFacts(parameters); err != nil {
		return err
	}
	s.road = &road{environment: s.environment(), parameters: parameters, run: time.Now().UTC().Format("20060102t150405"), registry: algorithmRegistry}
	s.refusals(ctx, refused(parameters))
	w, err := world(assembly, account)
	if err != nil {
		return err
	}
	if err := s.probes(ctx, w, parameters); err != nil {
		return err
	}
	role, err := notebookRole(w)
	if err != nil {
		return err
	}
	return s.walk(ctx, role, pause)
}

// algorithmRegistry is the account of SageMaker's scikit-learn and XGBoost images in us-east-1.
// Source: Docker Registry Paths and Example Code, Amazon SageMaker AI Developer Guide.
const algorithmRegistry = "683313688378"

func (s *suite) parameters(ctx context.Context) (map[string]string, error) {
	prefix := s.environment().Prefix()
	answer, err := s.client.do(ctx, call{"ssm", "GetParametersByPath", map[string]any{"Path": strings.TrimSuffix(prefix, "/"), "Recursive": true}})
	if err != nil {
		return nil, err
	}
	found := map[string]string{}
	list, _ := answer["Parameters"].([]any)
	for _, member := range list {
		p, _ := member.(map[string]any)
		found[strings.TrimPrefix(fmt.Sprint(p["Name"]), prefix)] = fmt.Sprint(p["Value"])
	}
	return found, nil
}

// refusals makes requests that must be refused, and refused for want of permission rather than for another reason.
func (s *suite) refusals(ctx context.Context, calls []call) {
	for _, c := range calls {
		_, err := s.client.do(ctx, c)
		name := "refused from outside: " + c.Service + " " + c.Operation
		switch {
		case err == nil:
			s.report.add(s.out, name, errors.New("was allowed"))
		case strings.Contains(err.Error(), "AccessDenied") || strings.Contains(err.Error(), "(403)"):
			s.report.add(s.out, name, nil)
		default:
			s.report.add(s.out, name, fmt.Errorf("failed for another reason: %w", err))
		}
	}
}

func (s *suite) probes(ctx context.Context, w decisions.World, parameters map[string]string) error {
	rows, err := decisions.Rows()
	if err != nil {
		return err
	}
	simulator, err := decisions.Start(".")
	if err != nil {
		return err
	}
	all, strange, err := probes(simulator, w, w.Deployed(parameters), rows)
	if err := errors.Join(err, simulator.Close()); err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%d requests are asked; %d rows are about parts that %s does not have\n", len(all), strange, configuration)
	for _, p := range all {
		decision, err := p.ask(ctx, s.client)
		o := p.outcome
		s.report.add(s.out, fmt.Sprintf("%s %s by %s: %s (%s)", o.Row.ID, o.Query.Action, o.Who, decision, o.Row.About), err)
	}
	return nil
}

// world of the assembly's first environment, the second, and the shared services.
func world(assembly, account string) (decisions.World, error) {
	a, err := inventory.Read(assembly)
	if err != nil {
		return decisions.World{}, err
	}
	views := map[string]inventory.View{}
	for _, stack := range a.Stacks {
		if views[stack.ID], err = inventory.NewView(stack, account, ""); err != nil {
			return decisions.World{}, err
		}
	}
	own, other, shared := views["secureml-probe-dev"], views["secureml-other-dev"], views["secureml-shared-us-east-1"]
	if len(own.Principals) == 0 || len(other.Principals) == 0 || len(shared.Resources) == 0 {
		return decisions.World{}, fmt.Errorf("%s does not hold the stacks of %s", assembly, configuration)
	}
	return decisions.NewWorld(own, other, shared, decisions.Surroundings{CorporateAddress: "203.0.113.9", ImageRegistry: algorithmRegistry}), nil
}

// notebookRole is that of the environment's first user.
func notebookRole(w decisions.World) (string, error) {
	for _, p := range w.Own.Principals {
		if p.Persona == string(controls.Notebook) {
			return p.ARN, nil
		}
	}
	return "", fmt.Errorf("%s has no user", configuration)
}

// walk takes the paved road in a job of its own, and reports what the job's message says of each step.
func (s *suite) walk(ctx context.Context, notebookRole string, pause time.Duration) error {
	drive, err := s.road.drive(notebookRole)
	if err != nil {
		return err
	}
	if _, err := s.client.do(ctx, drive.call); err != nil {
		return err
	}
	for {
		answer, err := s.client.do(ctx, *drive.Wait)
		if err != nil {
			return err
		}
		switch state := answer[drive.State]; state {
		case drive.Want:
			return s.message(fmt.Sprint(answer["ExitMessage"]))
		case "Failed", "Stopped":
			return fmt.Errorf("%s: %v: %v; its log is in /aws/sagemaker/ProcessingJobs", drive.Name, state, answer["FailureReason"])
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
	}
}

// message reports the results that the driver wrote: pairs of a step and what went wrong with it.
func (s *suite) message(text string) error {
	var results [][2]string
	if err := json.Unmarshal([]byte(text), &results); err != nil || len(results) == 0 {
		return fmt.Errorf("the driver's message is not understood: %q", text)
	}
	for _, r := range results {
		var err error
		if r[1] != "" {
			err = errors.New(r[1])
		}
		s.report.add(s.out, r[0], err)
	}
	return nil
}

// tearDown removes what costs money. What was never made is no failure.
func (s *suite) tearDown(ctx context.Context) error {
	if s.road != nil {
		for _, c := range s.road.leftovers() {
			if _, err := s.client.do(ctx, c.call); err != nil && !strings.Contains(err.Error(), "Could not find") {
				s.report.add(s.out, "removal: "+c.Operation, err)
			}
		}
	}
	shared := s.plan.SharedServices[0]
	return s.cdk(ctx, "destroy", "--app", filepath.Join(s.folder, "cdk.out"), "--force", "--exclusively",
		s.environment().StackName(), shared.StackName()+"-"+shared.Target.Region)
}

func (s *suite) cdk(ctx context.Context, arguments ...string) error {
	fmt.Fprintln(s.out, "cdk", strings.Join(arguments, " "))
	command := exec.CommandContext(ctx, "npx", append([]string{"cdk"}, arguments...)...)
	command.Stdout, command.Stderr = s.out, os.Stderr
	if err := command.Run(); err != nil {
		return fmt.Errorf("cdk %s: %w; its own message is above", arguments[0], err)
	}
	return nil
}
