package controls

import (
	"bufio"
	"embed"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/secureml/environments/policy/authorization"
)

//go:embed ungranted/*.txt
var ungrantedFiles embed.FS

// Class says what a persona may do with an action, and why.
type Class struct {
	Granted bool
	// By are the Sids of the grants, or the control that withholds the action.
	By []string
	// Controls are the ids of the controls with a rule about the action's requests.
	Controls []string
	// Why the action is not granted.
	Why string
}

// Classifier classifies actions in one environment.
type Classifier struct {
	// holders are the Sids of the grants of an action, by action and persona.
	holders map[string]map[Persona][]string
	// watchers are the ids of the controls with a rule about an action's requests.
	watchers map[string][]string
}

// NewClassifier reads the grants of every persona and the rules of every control.
func NewClassifier(e Environment) Classifier {
	c := Classifier{holders: map[string]map[Persona][]string{}, watchers: watchers(e)}
	for _, p := range slices.Concat(People(), Workers(), []Persona{Notebook, LogDelivery}) {
		for _, s := range Grants(e, p) {
			for _, pattern := range s.Actions {
				for _, a := range authorization.Expand(pattern) {
					if c.holders[a.Name] == nil {
						c.holders[a.Name] = map[Persona][]string{}
					}
					c.holders[a.Name][p] = append(c.holders[a.Name][p], s.Sid)
				}
			}
		}
	}
	return c
}

// Classify returns the persona's class of an action. It fails on an action that nobody has thought about: one that is
// granted to no persona, withheld by no control and not listed with a reason in ungranted/.
func (c Classifier) Classify(p Persona, action string) (Class, error) {
	if w := lookupWithheld(action); w.control != "" {
		return Class{By: []string{w.control}, Why: w.why}, nil
	}
	holders := c.holders[action]
	if by, ok := holders[p]; ok {
		return Class{Granted: true, By: by, Controls: c.watchers[action]}, nil
	}
	if len(holders) > 0 {
		var others []string
		for other := range holders {
			others = append(others, string(other))
		}
		slices.Sort(others)
		return Class{Why: "it is for " + strings.Join(others, ", ")}, nil
	}
	if why, ok := ungranted()[action]; ok {
		return Class{Why: why}, nil
	}
	return Class{}, fmt.Errorf("%s is granted to nobody and nobody has said why; grant it, withhold it, or list it in controls/ungranted with a reason", action)
}

func watchers(e Environment) map[string][]string {
	out := map[string][]string{}
	for _, c := range Catalogue() {
		for _, r := range c.Rules {
			if r.Applies != nil && !r.Applies(e) {
				continue
			}
			for _, action := range r.Actions() {
				if !slices.Contains(out[action], c.ID) {
					out[action] = append(out[action], c.ID)
				}
			}
		}
	}
	return out
}

// Classified are the services whose actions Classify knows, with a function that tells which of their actions matter:
// all of SageMaker's, and what changes something in the others. Of EC2 only network interfaces are within reach.
func Classified() map[string]func(authorization.Action) bool {
	mutates := authorization.Action.Mutates
	services := map[string]func(authorization.Action) bool{
		"sagemaker": func(authorization.Action) bool { return true },
		"ec2": func(a authorization.Action) bool {
			return a.Mutates() && strings.Contains(a.Name, "NetworkInterface")
		},
	}
	for _, s := range []string{
		"cloudformation", "cloudwatch", "codeartifact", "codecommit", "ecr", "iam", "kms", "lambda", "logs", "s3", "sagemaker-mlflow",
		"servicecatalog", "ssm", "sts",
	} {
		services[s] = mutates
	}
	return services
}

// ungranted reads the lists: a line that is not indented is the reason of the actions below it.
var ungranted = sync.OnceValue(func() map[string]string {
	entries, err := ungrantedFiles.ReadDir("ungranted")
	if err != nil {
		panic(err) // embedded
	}
	reasons := map[string]string{}
	for _, entry := range entries {
		file, err := ungrantedFiles.Open("ungranted/" + entry.Name())
		if err != nil {
			panic(err) // embedded
		}
		var why string
		for lines := bufio.NewScanner(file); lines.Scan(); {
			switch line := lines.Text(); {
			case line == "" || strings.HasPrefix(line, "#"):
			case strings.HasPrefix(line, "  "):
				reasons[strings.TrimSpace(line)] = why
			default:
				why = line
			}
		}
	}
	return reasons
})
