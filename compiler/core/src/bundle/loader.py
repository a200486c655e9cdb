# oakc bundle 1
import sys
given={k:v for k,v in main.items()if k[:2]!="__"}
class Modules:
 def find_spec(self,name,path=None,target=None):
  if name in modules:
   file,package,source=modules[name]
   home,_,own=file.rpartition("/")
   spec=type(sys.__spec__)(name,self,origin=file if own else None,is_package=package)
   if package:spec.submodule_search_locations.append(home or".")
   if own:spec.has_location,spec.cached=True,file+"c"
   return spec
 def create_module(self,spec):pass
 def _call_with_frames_removed(self,module):
  file,package,source=modules[module.__name__]
  module.__dict__.update(given)
  exec(compile(source[source[:1]=="\ufeff":],file,"exec",dont_inherit=True),module.__dict__)
 exec_module=_call_with_frames_removed
 def get_source(self,name):return modules[name][2]
for name in modules:sys.modules.pop(name,None)
sys.meta_path.insert(0,Modules())
