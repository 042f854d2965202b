// Command verify lets independent judges judge everything that is synthesized. make verify runs it, from the root of the
// repository.
//
//	go run ./tools/verify                            the examples
//	go run ./tools/verify secureml.yaml              configurations of one's own
//	go run ./tools/verify -assembly cdk.out          what was synthesized already
//	go run ./tools/verify -random 50 -seed 7         random valid configurations
//
// It prints a report and ends with 0 when nothing is open, with 1 otherwise. Verdicts about unchanged templates are taken
// from .cache/verify, unless -fresh or the environment variable CI is given. With CI, a judge that is not installed is a
// failure too.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/secureml/environments/judges"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	clean, err := verify(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
	}
	if err != nil || !clean {
		os.Exit(1)
	}
}

func verify(ctx context.Context) (clean bool, err error) {
	ci := os.Getenv("CI") != "" && os.Getenv("CI") != "false"
	fresh := flag.Bool("fresh", ci, "judge templates anew that were clean before")
	assembly := flag.String("assembly", "", "judge the cloud assembly in this `folder` instead of configurations")
	count := flag.Int("random", 0, "judge this many random valid configurations")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random configurations")
	flag.Parse()

	options := judges.Options{Strict: ci, Progress: func(judge string, done, of int) {
		fmt.Fprintf(os.Stderr, "%s: %d of %d\n", judge, done, of)
	}}
	if !*fresh {
		options.Cache = &judges.Cache{Directory: filepath.Join(workshop, "verdicts")}
	}
	switch {
	case *assembly != "":
		templates, err := judges.Templates(filepath.Base(*assembly), *assembly)
		if err != nil {
			return false, err
		}
		return write(judges.Run(ctx, judges.All("."), templates, options))
	case *count > 0:
		return judgeRandom(ctx, *count, *seed, options)
	}
	configs := flag.Args()
	if len(configs) == 0 {
		options.Complete = true
		if configs, err = filepath.Glob(filepath.Join("examples", "*.yaml")); err != nil {
			return false, err
		}
	}
	app, err := buildApp()
	if err != nil {
		return false, err
	}
	var templates []judges.Template
	for _, s := range app.synthesizeAll(configs) {
		if s.err != nil {
			return false, s.err
		}
		templates = append(templates, s.templates...)
	}
	if len(templates) == 0 {
		return false, errors.New("nothing to judge; run it from the root of the repository, or name a configuration")
	}
	return write(judges.Run(ctx, judges.All("."), templates, options))
}

func write(report judges.Report) (clean bool, err error) {
	return report.Clean(), report.Write(os.Stdout)
}
