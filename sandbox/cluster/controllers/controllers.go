package main

import (
	"context"
	"sync"
	"time"

	v1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/util/wait"
	"k8s.io/client-go/discovery/cached/memory"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/metadata"
	"k8s.io/client-go/metadata/metadatainformer"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/restmapper"
	"k8s.io/controller-manager/pkg/informerfactory"
	"k8s.io/klog/v2"
	"k8s.io/kubernetes/pkg/controller/clusterroleaggregation"
	"k8s.io/kubernetes/pkg/controller/garbagecollector"
	"k8s.io/kubernetes/pkg/controller/namespace"
	"k8s.io/kubernetes/pkg/controller/serviceaccount"
)

// The stock program's defaults.
const (
	resync         = 12 * time.Hour
	discoverEvery  = 30 * time.Second
	namespaceSync  = 5 * time.Minute
	namespaceLoops = 10
	garbageLoops   = 20
	roleLoops      = 5
)

// shared is what all controllers of one run use.
type shared struct {
	config    *rest.Config
	client    kubernetes.Interface
	informers informers.SharedInformerFactory
	started   chan struct{} // Closed when the informers run.
}

// A loop runs until its context ends.
type loop func(ctx context.Context)

var constructors = map[string]func(context.Context, *shared) (loop, error){
	"clusterrole-aggregation-controller": newClusterRoleAggregation,
	"garbage-collector-controller":       newGarbageCollector,
	"namespace-controller":               newNamespace,
	"serviceaccount-controller":          newServiceAccount,
}

// control runs the named controllers until the context ends.
func control(ctx context.Context, config *rest.Config, names []string) error {
	client, err := kubernetes.NewForConfig(named(config, "shared-informers"))
	if err != nil {
		return err
	}
	common := &shared{
		config:    config,
		client:    client,
		informers: informers.NewSharedInformerFactory(client, resync),
		started:   make(chan struct{}),
	}
	var loops []loop
	for _, name := range names {
		made, err := constructors[name](ctx, common)
		if err != nil {
			return err
		}
		loops = append(loops, made)
	}
	common.informers.Start(ctx.Done())
	close(common.started)
	together(loops...)(ctx)
	return nil
}

// together is a loop that ends when all of these have ended.
func together(loops ...loop) loop {
	return func(ctx context.Context) {
		var running sync.WaitGroup
		for _, one := range loops {
			running.Go(func() { one(ctx) })
		}
		running.Wait()
	}
}

func newClusterRoleAggregation(_ context.Context, common *shared) (loop, error) {
	client, err := kubernetes.NewForConfig(named(common.config, "clusterrole-aggregation-controller"))
	if err != nil {
		return nil, err
	}
	controller := clusterroleaggregation.NewClusterRoleAggregation(
		common.informers.Rbac().V1().ClusterRoles(), client.RbacV1())
	return func(ctx context.Context) { controller.Run(ctx, roleLoops) }, nil
}

func newServiceAccount(ctx context.Context, common *shared) (loop, error) {
	client, err := kubernetes.NewForConfig(named(common.config, "service-account-controller"))
	if err != nil {
		return nil, err
	}
	core := common.informers.Core().V1()
	controller, err := serviceaccount.NewServiceAccountsController(
		klog.FromContext(ctx), core.ServiceAccounts(), core.Namespaces(), client,
		serviceaccount.DefaultServiceAccountsControllerOptions())
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) { controller.Run(ctx, 1) }, nil
}

// newNamespace gives its client more: it asks for every resource of a namespace that goes.
func newNamespace(ctx context.Context, common *shared) (loop, error) {
	config := named(common.config, "namespace-controller")
	config.QPS *= 20
	config.Burst *= 100
	client, objects, err := clients(config)
	if err != nil {
		return nil, err
	}
	controller := namespace.NewNamespaceController(
		ctx, client, objects, client.Discovery().ServerPreferredNamespacedResources,
		common.informers.Core().V1().Namespaces(), namespaceSync, v1.FinalizerKubernetes)
	return func(ctx context.Context) { controller.Run(ctx, namespaceLoops) }, nil
}

func newGarbageCollector(ctx context.Context, common *shared) (loop, error) {
	config := named(common.config, "generic-garbage-collector")
	config.QPS *= 2 // A deletion takes two calls.
	client, objects, err := clients(config)
	if err != nil {
		return nil, err
	}
	mapper := restmapper.NewDeferredDiscoveryRESTMapper(memory.NewMemCacheClient(client.Discovery()))
	factory := metadatainformer.NewSharedInformerFactory(objects, resync)
	graph := garbagecollector.NewDependencyGraphBuilder(
		ctx, objects, mapper, garbagecollector.DefaultIgnoredResources(),
		informerfactory.NewInformerFactory(common.informers, factory), common.started)
	controller, err := garbagecollector.NewComposedGarbageCollector(ctx, client, objects, mapper, graph)
	if err != nil {
		return nil, err
	}
	return together(
		func(ctx context.Context) {
			wait.UntilWithContext(ctx, func(context.Context) { mapper.Reset() }, discoverEvery)
		},
		func(ctx context.Context) { controller.Run(ctx, garbageLoops, discoverEvery) },
		func(ctx context.Context) { controller.Sync(ctx, client.Discovery(), discoverEvery) },
	), nil
}

// clients are for objects of known kinds, and for what every kind has.
func clients(config *rest.Config) (*kubernetes.Clientset, metadata.Interface, error) {
	client, err := kubernetes.NewForConfig(config)
	if err != nil {
		return nil, nil, err
	}
	objects, err := metadata.NewForConfig(config)
	return client, objects, err
}
