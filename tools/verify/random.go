package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"

	"github.com/secureml/environments/config/random"
	"github.com/secureml/environments/judges"
)

// maxReductions is how often a configuration that shows a fault is judged again to find a smaller one that shows it too.
// Each takes some seconds.
const maxReductions = 60

// judgeRandom judges random valid configurations, and prints a small one that shows the first fault. The same seed makes the same
// configurations, and the first of more are the same as those of fewer.
func judgeRandom(ctx context.Context, count int, seed uint64, options judges.Options) (clean bool, err error) {
	fmt.Printf("%d random configurations; to repeat them: go run ./tools/verify -random %d -seed %d\n\n", count, count, seed)
	app, err := buildApp()
	if err != nil {
		return false, err
	}
	configs, err := writeRandom(filepath.Join(workshop, "random"), count, seed)
	if err != nil {
		return false, err
	}
	synthesized := app.synthesizeAll(configs)
	var templates []judges.Template
	for _, s := range synthesized {
		if s.err != nil {
			fmt.Println(s.err)
			return false, app.reduce(s.config, func(again synthesis) bool { return again.err != nil })
		}
		templates = append(templates, s.templates...)
	}
	report := judges.Run(ctx, judges.All("."), templates, options)
	if clean, err := write(report); err != nil || clean || len(report.Open) == 0 {
		return clean, err
	}
	fault := report.Open[0]
	config := configs[slices.IndexFunc(synthesized, func(s synthesis) bool {
		return slices.ContainsFunc(s.templates, func(t judges.Template) bool { return t.Name == fault.Template })
	})]
	fmt.Printf("\nReducing %s, which shows %s (%s)\n", config, fault.Rule, fault.Judge)
	return false, app.reduce(config, func(again synthesis) bool { return again.err == nil && shows(ctx, fault, again.templates) })
}

// writeRandom writes the configurations into the folder, which it empties, and returns their files.
func writeRandom(folder string, count int, seed uint64) ([]string, error) {
	if err := os.RemoveAll(folder); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return nil, err
	}
	var files []string
	for i := range uint64(count) {
		text, err := yaml.Marshal(random.Organization(seed + i))
		if err != nil {
			return nil, err
		}
		file := filepath.Join(folder, fmt.Sprintf("random%d.yaml", seed+i))
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return nil, err
		}
		files = append(files, file)
	}
	return files, nil
}

// shows tells whether the templates have a finding of the same judge and rule. An acknowledgement is stale only if all
// judges say so.
func shows(ctx context.Context, fault judges.Finding, templates []judges.Template) bool {
	all, options := judges.All("."), judges.Options{}
	if own := slices.IndexFunc(all, func(j judges.Judge) bool { return j.Name() == fault.Judge }); own >= 0 {
		all, options.Partial = all[own:own+1], true
	}
	rule := func(f judges.Finding) string { before, _, _ := strings.Cut(f.Rule, "["); return before }
	return slices.ContainsFunc(judges.Run(ctx, all, templates, options).Open, func(f judges.Finding) bool {
		return f.Judge == fault.Judge && rule(f) == rule(fault)
	})
}

// reduce prints a small configuration that still has the fault.
func (a app) reduce(config string, fault func(synthesis) bool) error {
	text, err := os.ReadFile(config)
	if err != nil {
		return err
	}
	file := filepath.Join(workshop, "random", "reduced.yaml")
	reduced, err := random.Reduce(text, maxReductions, func(text []byte) bool {
		if err := os.WriteFile(file, text, 0o644); err != nil {
			return false
		}
		return fault(a.templates(file))
	})
	if err != nil {
		return err
	}
	fmt.Printf("\n%s shows it too:\n\n%s", file, reduced)
	return os.WriteFile(file, reduced, 0o644)
}
