package judges

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
)

// Options of a run.
type Options struct {
	// Cache of earlier verdicts; nil judges everything anew.
	Cache *Cache
	// Strict makes a judge that is not installed a failure; otherwise it is skipped, and the report says so.
	Strict bool
	// Partial tells that not every judge is asked, so that an acknowledgement without a finding need not be stale.
	Partial bool
	// Complete tells that the templates are all that the classes' answers were written for, so that a class without a
	// finding is stale.
	Complete bool
	// Progress is told, one call at a time, how many of the templates that a judge was to judge it has done; nil for nobody.
	Progress func(judge string, done, of int)
}

// maxBatch is the most templates that one process of a judge is given, which bounds its memory.
const maxBatch = 16

// asked is one judge in a run.
type asked struct {
	Judge
	identity string
	// waiting have no verdict in the cache.
	waiting []Template
	// done counts those of them that were judged, with a verdict or without.
	done int
	// findings by template; a template without an entry has no verdict.
	findings map[string][]Finding
}

// Run lets every judge judge every template, on as many processors as there are, and answers the findings.
func Run(ctx context.Context, all []Judge, templates []Template, options Options) Report {
	report := Report{Templates: len(templates), places: map[[2]string]string{}}
	var asking []*asked
	for _, j := range all {
		a, why := prepare(j, templates, options)
		switch {
		case a != nil:
			asking = append(asking, a)
			report.Judges = append(report.Judges, Asked{Name: j.Name(), Judged: len(a.waiting), Kept: len(templates) - len(a.waiting)})
		case options.Strict:
			report.fail(j.Name() + " cannot judge: " + why)
		default:
			report.Judges = append(report.Judges, Asked{Name: j.Name(), Skipped: why})
		}
	}
	for _, failure := range judgeAll(ctx, asking, options.Progress) {
		report.fail(failure)
	}
	answer(&report, asking, templates, options)
	for _, a := range asking {
		a.keep(&report, options.Cache)
	}
	return report
}

// prepare looks up the cache. It returns why the judge cannot be asked, if it cannot.
func prepare(j Judge, templates []Template, options Options) (*asked, string) {
	if why := j.Missing(); why != "" {
		return nil, why
	}
	identity, err := j.Identity()
	if err != nil {
		return nil, err.Error()
	}
	a := &asked{Judge: j, identity: identity, findings: map[string][]Finding{}}
	for _, t := range templates {
		if options.Cache != nil {
			if kept, ok := options.Cache.Load(j.Name(), identity, t); ok {
				a.findings[t.Name] = kept
				continue
			}
		}
		a.waiting = append(a.waiting, t)
	}
	return a, ""
}

// batches divides the templates so that every processor has work.
func (a *asked) batches() [][]Template {
	size := min(maxBatch, (len(a.waiting)+runtime.NumCPU()-1)/runtime.NumCPU())
	if size == 0 {
		return nil
	}
	return slices.Collect(slices.Chunk(a.waiting, size))
}

// judgeAll has the waiting templates judged and returns what went wrong.
func judgeAll(ctx context.Context, asking []*asked, progress func(judge string, done, of int)) []string {
	type batch struct {
		*asked
		templates []Template
	}
	var (
		queue    = make(chan batch)
		lock     sync.Mutex
		workers  sync.WaitGroup
		failures []string
	)
	for range runtime.NumCPU() {
		workers.Go(func() {
			for b := range queue {
				findings, err := b.Judge.Judge(ctx, b.templates)
				lock.Lock()
				if err != nil {
					failures = append(failures, b.Name()+": "+err.Error())
				} else {
					b.record(b.templates, findings)
				}
				if b.done += len(b.templates); progress != nil {
					progress(b.Name(), b.done, len(b.waiting))
				}
				lock.Unlock()
			}
		})
	}
	for _, a := range asking {
		for _, templates := range a.batches() {
			queue <- batch{a, templates}
		}
	}
	close(queue)
	workers.Wait()
	slices.Sort(failures)
	return failures
}

func (a *asked) record(templates []Template, findings []Finding) {
	for _, t := range templates {
		a.findings[t.Name] = []Finding{}
	}
	for _, f := range findings {
		f.Judge = a.Name()
		if !slices.Contains(a.findings[f.Template], f) {
			a.findings[f.Template] = append(a.findings[f.Template], f)
		}
	}
}

// keep stores the verdicts that left nothing open.
func (a *asked) keep(report *Report, cache *Cache) {
	if cache == nil {
		return
	}
	open := map[string]bool{}
	for _, f := range report.Open {
		if f.Judge == a.Name() {
			open[f.Template] = true
		}
	}
	for _, t := range a.waiting {
		findings, judged := a.findings[t.Name]
		if !judged || open[t.Name] {
			continue
		}
		if err := cache.Store(a.Name(), a.identity, t, findings); err != nil {
			report.fail(fmt.Sprintf("the verdict of %s cannot be kept: %v", a.Name(), err))
			return
		}
	}
}

// answer sorts the findings into answered and open ones, and looks for answers that have nothing to answer. It can only
// tell the latter when every judge has judged everything.
func answer(report *Report, asking []*asked, templates []Template, options Options) {
	used := make([]bool, len(classes))
	for _, t := range templates {
		var findings []Finding
		for _, a := range asking {
			findings = append(findings, a.findings[t.Name]...)
		}
		for id := range t.Resources {
			report.places[[2]string{t.Name, id}] = t.ConstructPath(id)
		}
		answers, problems := acknowledged(t)
		report.Open = append(report.Open, problems...)
		for _, f := range findings {
			if reason, ok := answers.find(f); ok {
				report.Answered = append(report.Answered, Answered{f, t.ConstructPath(f.LogicalID), reason})
				continue
			}
			i := slices.IndexFunc(classes, func(c class) bool { return c.answers(t, f) })
			if i < 0 {
				report.Open = append(report.Open, f)
				continue
			}
			used[i] = true
			report.Answered = append(report.Answered, Answered{f, t.ConstructPath(f.LogicalID), classes[i].reason})
		}
		if !options.Partial && report.everybodySpoke() {
			report.Open = append(report.Open, answers.stale(t)...)
		}
	}
	if !options.Complete || !report.everybodySpoke() {
		return
	}
	for i, c := range classes {
		if !used[i] {
			report.Open = append(report.Open, Finding{
				Judge: answersJudge, Rule: staleRule, Severity: "ERROR",
				Message: fmt.Sprintf("judges/classes.go answers %s of %s, and nothing reports it any more; remove the class", strings.Trim(c.rule.String(), "^$"), c.judge),
			})
		}
	}
}
